#include "tests/integration/mysql/capture_harness.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/testing.h"
#include "sources/mysql/source.h"

namespace renkei::sources::mysql::testing {

namespace {

constexpr std::chrono::seconds kWaitMax{60};

template <class T>
std::string Number(const core::Column& column, uint32_t row) {
  return fmt::format("{}", column.cells<T>()[row]);
}

std::string Wide(core::Int128 value) {
  if (value < 0) return "-" + Wide(-value);
  const auto digit = std::string(1, static_cast<char>('0' + static_cast<int>(value % 10)));
  return value < 10 ? digit : Wide(value / 10) + digit;
}

std::string Key(const core::TableSchema& schema, const std::vector<const core::Column*>& columns,
                uint32_t row) {
  std::string key;
  for (size_t i = 0; i < schema.key.size(); ++i) key += ShowCell(*columns[i], row) + "|";
  return key;
}

std::vector<const core::Column*> KeyAfter(const core::TableSchema& schema, const core::Batch& batch) {
  std::vector<const core::Column*> columns;
  for (const uint16_t place : schema.key) columns.push_back(&batch.after[place]);
  return columns;
}

std::vector<const core::Column*> KeyBefore(const core::Batch& batch) {
  std::vector<const core::Column*> columns;
  for (const core::Column& column : batch.before) columns.push_back(&column);
  return columns;
}

std::string ShowRow(const core::Batch& batch, uint32_t row) {
  std::string text;
  for (const core::Column& column : batch.after) text += ShowCell(column, row) + "|";
  return text;
}

// Rows in the source's order, over all batches of a transaction.
struct Change {
  uint32_t ordinal;
  const core::Batch* batch;
  uint32_t row;
};

// Rows have the columns that the table has in the end, whatever they were written with.
struct Model {
  const core::TableSchema& schema;
  const core::LogState& state;
  Rows rows;
  std::map<uint32_t, std::string> fills = {};  // by column

  void CollectFills(const core::ChangeSet& set) {
    for (const core::Item& item : set.items) {
      const auto* change = std::get_if<core::SchemaChange>(&item);
      if (change == nullptr || change->schema.table != schema.table) continue;
      for (const core::ColumnFill& fill : change->fills) {
        const auto column = std::ranges::find(change->schema.columns, fill.column, &core::ColumnSchema::id);
        const bool text = column->type.kind == core::Kind::kText;
        fills[fill.column] = text ? "'" + fill.value + "'" : fill.value;
      }
    }
  }

  const core::TableSchema& SchemaOf(const core::Batch& batch) const { return state.schemas.at(batch.schema); }

  std::string Show(const core::Batch& batch, uint32_t row) const {
    const core::TableSchema& written = SchemaOf(batch);
    std::string text;
    for (const core::ColumnSchema& column : schema.columns) {
      const auto place = std::ranges::find(written.columns, column.id, &core::ColumnSchema::id);
      const auto fill = fills.find(column.id);
      if (place != written.columns.end()) {
        text += ShowCell(batch.after[static_cast<size_t>(place - written.columns.begin())], row) + "|";
      } else {
        text += (fill == fills.end() ? "NULL" : fill->second) + "|";
      }
    }
    return text;
  }

  void ApplyChange(const core::Batch& batch, uint32_t row) {
    const core::Operation operation = batch.operation(row);
    const bool key_before = batch.before[0].is_value(row);
    if (operation == core::Operation::kDelete) {
      rows.erase(Key(schema, KeyBefore(batch), row));
      return;
    }
    if (key_before) rows.erase(Key(schema, KeyBefore(batch), row));
    rows[Key(schema, KeyAfter(SchemaOf(batch), batch), row)] = Show(batch, row);
  }

  void ApplySet(const core::ChangeSet& set, core::LogReader& reader) {
    for (uint32_t t = 0; t < set.transactions.size(); ++t) {
      const core::TransactionState state = set.transactions[t].state;
      if (state == core::TransactionState::kPrepared || state == core::TransactionState::kAbort) continue;
      for (const core::PartPlace& place : set.transactions[t].parts) {
        auto part = reader.ReadPart(place);
        CHECK(part.ok());
        ApplyTransaction(**part, 0);
      }
      ApplyTransaction(set, t);
    }
  }

  void ApplyTransaction(const core::ChangeSet& set, uint32_t transaction) {
    std::vector<Change> changes;
    for (const core::Item& item : set.items) {
      if (const auto* truncate = std::get_if<core::Truncate>(&item)) {
        if (truncate->transaction == transaction && truncate->tables[0] == schema.table) rows.clear();
        continue;
      }
      if (std::holds_alternative<core::SchemaChange>(item)) continue;
      const auto& batch = std::get<core::Batch>(item);
      if (batch.table != schema.table) continue;
      const auto transactions = batch.transactions.as<uint32_t>();
      for (uint32_t row = 0; row < batch.rows; ++row) {
        if (transactions[row] == transaction)
          changes.push_back({batch.ordinals.as<uint32_t>()[row], &batch, row});
      }
    }
    std::ranges::sort(changes, {}, &Change::ordinal);
    for (const Change& change : changes) ApplyChange(*change.batch, change.row);
  }
};

}  // namespace

std::string Difference(const Rows& expected, const Rows& found) {
  constexpr size_t kShownBytes = 60;
  for (const auto& [key, row] : expected) {
    const auto other = found.find(key);
    if (other == found.end())
      return fmt::format("row {} is missing ({} and {} rows)", key, expected.size(), found.size());
    const auto [a, b] = std::ranges::mismatch(row, other->second);
    if (a == row.end() && b == other->second.end()) continue;
    const auto place = static_cast<size_t>(a - row.begin());
    const auto column = std::count(row.begin(), a, '|') + 1;
    const size_t from = place < kShownBytes / 2 ? 0 : place - kShownBytes / 2;
    return fmt::format("row {}, about column {}: ...{}... became ...{}...", key.substr(0, kShownBytes),
                       column, row.substr(from, kShownBytes),
                       other->second.substr(std::min(from, other->second.size()), kShownBytes));
  }
  for (const auto& [key, row] : found) {
    if (!expected.contains(key))
      return fmt::format("row {} is too much ({} and {} rows)", key, expected.size(), found.size());
  }
  return {};
}

std::string ShowCell(const core::Column& column, uint32_t row) {
  switch (column.state(row)) {
    case core::CellState::kNull:
      return "NULL";
    case core::CellState::kAbsent:
      return "ABSENT";
    case core::CellState::kValue:
      break;
    default:
      return "?";
  }
  switch (column.type().kind) {
    case core::Kind::kInt8:
      return Number<int8_t>(column, row);
    case core::Kind::kBool:
    case core::Kind::kUInt8:
      return Number<uint8_t>(column, row);
    case core::Kind::kInt16:
      return Number<int16_t>(column, row);
    case core::Kind::kUInt16:
      return Number<uint16_t>(column, row);
    case core::Kind::kInt32:
    case core::Kind::kDate:
      return Number<int32_t>(column, row);
    case core::Kind::kUInt32:
      return Number<uint32_t>(column, row);
    case core::Kind::kUInt64:
      return Number<uint64_t>(column, row);
    case core::Kind::kFloat32:
      return Number<float>(column, row);
    case core::Kind::kFloat64:
      return Number<double>(column, row);
    case core::Kind::kDecimal:
      if (core::FixedWidth(column.type()) == 16) return Wide(column.cells<core::Int128>()[row]);
      return Number<int64_t>(column, row);
    case core::Kind::kUuid:
    case core::Kind::kFloat32List:
    case core::Kind::kBytes: {
      std::string hex = "x";
      for (const char byte : column.bytes(row)) hex += fmt::format("{:02x}", static_cast<uint8_t>(byte));
      return hex;
    }
    case core::Kind::kText:
    case core::Kind::kJson:
      return "'" + std::string(column.bytes(row)) + "'";
    default:
      return Number<int64_t>(column, row);
  }
}

CaptureHarness::CaptureHarness(const std::string& section) {
  hub::embedded::HubOptions options;
  options.folder = "/hub";
  options.segment_bytes = size_t{4} << 20;
  auto hub = hub::embedded::EmbeddedHub::Open(files_, clock_, options);
  CHECK(hub.ok());
  hub_ = *std::move(hub);
  auto log = hub_->OpenLog("shop");
  CHECK(log.ok());
  log_ = *log;
  log_->Watch(&durable_);
  Use(section);
}

CaptureHarness::~CaptureHarness() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  log_->Unwatch(&durable_);
}

void CaptureHarness::Use(const std::string& section) {
  auto options = OptionsSection().Read(config::SectionFromText(section));
  if (!options.ok()) base::CheckFailed(__FILE__, __LINE__, "options", options.error().Debug());
  source_ = std::make_unique<MysqlSource>(*std::move(options), clock_);
}

void CaptureHarness::Start() {
  CHECK(!thread_.joinable());
  {
    std::lock_guard lock(mutex_);
    ended_.reset();
  }
  thread_ = std::jthread([this](std::stop_token stop) {
    core::CaptureContext context{*log_, budget_, orders_, *this, "test"};
    Status status = source_->Capture(context, std::move(stop));
    std::lock_guard lock(mutex_);
    ended_ = std::move(status);
    changed_.notify_all();
  });
}

Status CaptureHarness::Stop() {
  thread_.request_stop();
  return WaitForEnd();
}

Status CaptureHarness::WaitForEnd() {
  CHECK(Wait([&] { return ended_.has_value(); }));
  thread_.join();
  thread_ = {};
  std::lock_guard lock(mutex_);
  return *ended_;
}

void CaptureHarness::OrderAll() {
  auto tables = source_->Discover();
  CHECK(tables.ok());
  for (const core::TableSchema& table : *tables) Order(table.qualified_name());
}

bool CaptureHarness::Wait(const std::function<bool()>& condition) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kWaitMax, condition);
}

bool CaptureHarness::WaitForEntry(const std::function<bool(const core::Entry&)>& wanted) {
  const auto deadline = std::chrono::steady_clock::now() + kWaitMax;
  auto reader = log_->OpenReader({log_->begin(), {}});
  CHECK(reader.ok());
  while (std::chrono::steady_clock::now() < deadline) {
    const uint64_t seen = durable_.count();
    while (true) {
      auto entry = (*reader)->Next();
      CHECK(entry.ok());
      if (!*entry) break;
      if (wanted(**entry)) return true;
    }
    {
      std::lock_guard lock(mutex_);
      if (ended_) return false;
    }
    durable_.WaitBeyond(seen, std::chrono::milliseconds(100));
  }
  return false;
}

bool CaptureHarness::WaitUntilCaughtUp() {
  auto target = source_->CurrentPosition();
  CHECK(target.ok());
  const auto contains = [&](const core::Position& position) {
    const core::PositionOrder order = source_->Compare(*target, position);
    return order == core::PositionOrder::kBefore || order == core::PositionOrder::kEqual;
  };
  return WaitForEntry([&](const core::Entry& entry) {
    if (const auto* set = std::get_if<core::Changes>(&entry.body)) return contains((*set)->position);
    const auto* tick = std::get_if<core::Tick>(&entry.body);
    return tick != nullptr && contains(tick->position);
  });
}

bool CaptureHarness::WaitUntilCopied(const std::string& table) {
  return WaitForEntry([&](const core::Entry& entry) {
    const auto* end = std::get_if<core::CopyEnd>(&entry.body);
    const core::LogState state = log_->State();
    const core::TableStateInLog* known = state.FindTable(table);
    return end != nullptr && known != nullptr && known->schema.table == end->table;
  });
}

bool CaptureHarness::WaitUntilStopped(const std::string& table) {
  return Wait([&] { return ended_ || stopped_.contains(table); }) && !ended_;
}

std::vector<core::Entry> CaptureHarness::Entries() {
  auto reader = log_->OpenReader({log_->begin(), {}});
  CHECK(reader.ok());
  std::vector<core::Entry> entries;
  while (true) {
    auto entry = (*reader)->Next();
    if (!entry.ok()) base::CheckFailed(__FILE__, __LINE__, "next", entry.error().Debug());
    if (!*entry) return entries;
    entries.push_back(**std::move(entry));
  }
}

Rows CaptureHarness::Apply(const std::string& table) {
  const core::LogState state = log_->State();
  const core::TableStateInLog* known = state.FindTable(table);
  CHECK(known != nullptr);
  Model model{known->schema, state, {}};
  auto reader = log_->OpenReader({log_->begin(), {}});
  CHECK(reader.ok());
  bool copying = false;
  for (const core::Entry& entry : Entries()) {
    if (const auto* set = std::get_if<core::Changes>(&entry.body)) model.CollectFills(**set);
  }
  for (const core::Entry& entry : Entries()) {
    if (const auto* begin = std::get_if<core::CopyBegin>(&entry.body)) {
      if (begin->table != known->schema.table) continue;
      model.rows.clear();
      copying = true;
    } else if (const auto* marker = std::get_if<core::ChunkMarker>(&entry.body)) {
      if (marker->table != known->schema.table) continue;
      auto chunk = (*reader)->ReadChunk(marker->place);
      CHECK(chunk.ok());
      for (uint32_t row = 0; row < chunk->rows; ++row)
        model.rows[Key(known->schema, KeyAfter(model.SchemaOf(*chunk), *chunk), row)] =
            model.Show(*chunk, row);
    } else if (const auto* set = std::get_if<core::Changes>(&entry.body); set != nullptr && copying) {
      model.ApplySet(**set, **reader);
    }
  }
  return model.rows;
}

Rows CaptureHarness::Read(const std::string& table) {
  const core::LogState state = log_->State();
  const core::TableStateInLog* known = state.FindTable(table);
  CHECK(known != nullptr);
  auto reader = source_->OpenTableReader(known->schema);
  CHECK(reader.ok());
  Rows rows;
  while (true) {
    auto batch = (*reader)->Next();
    if (!batch.ok()) base::CheckFailed(__FILE__, __LINE__, "next", batch.error().Debug());
    if (!*batch) return rows;
    for (uint32_t row = 0; row < (*batch)->rows; ++row)
      rows[Key(known->schema, KeyAfter(known->schema, **batch), row)] = ShowRow(**batch, row);
  }
}

std::map<std::string, Error> CaptureHarness::stopped() {
  std::lock_guard lock(mutex_);
  return stopped_;
}

std::vector<Error> CaptureHarness::events() {
  std::lock_guard lock(mutex_);
  return events_;
}

uint64_t CaptureHarness::rows_copied() {
  std::lock_guard lock(mutex_);
  uint64_t rows = 0;
  for (const auto& [table, copied] : rows_copied_) rows += copied;
  return rows;
}

bool CaptureHarness::WaitUntil(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kWaitMax;
  while (std::chrono::steady_clock::now() < deadline) {
    if (condition()) return true;
    durable_.WaitBeyond(durable_.count(), std::chrono::milliseconds(5));
  }
  return false;
}

uint64_t CaptureHarness::rows_captured() {
  std::lock_guard lock(mutex_);
  return rows_captured_;
}

void CaptureHarness::OnRowsCaptured(uint64_t, uint64_t rows, uint64_t) {
  std::lock_guard lock(mutex_);
  rows_captured_ += rows;
}

void CaptureHarness::OnCopyProgress(const std::string& table, uint64_t rows, uint64_t, bool) {
  std::lock_guard lock(mutex_);
  rows_copied_[table] = rows;
}

void CaptureHarness::OnTableStopped(const std::string& table, const Error& why) {
  std::lock_guard lock(mutex_);
  stopped_.insert_or_assign(table, why);
  changed_.notify_all();
}

void CaptureHarness::OnEvent(const Error& message) {
  std::lock_guard lock(mutex_);
  events_.push_back(message);
}

}  // namespace renkei::sources::mysql::testing
