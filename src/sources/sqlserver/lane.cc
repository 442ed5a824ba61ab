#include "sources/sqlserver/lane.h"

#include <fmt/format.h>

#include <algorithm>

#include "sources/sqlserver/codes.h"

namespace renkei::sources::sqlserver {

namespace {

constexpr int64_t kLookAroundNs = 1'000'000'000;
constexpr size_t kTablesPerQuestion = 100;
constexpr int64_t kChunksUs = 200'000;  // the chunks of a poll delay the next one by so much
constexpr uint16_t kTableCodesFirst = 2260;
constexpr uint16_t kTableCodesLast = 2279;

bool IsOfTable(const Error& error) {
  return error.code().number >= kTableCodesFirst && error.code().number <= kTableCodesLast;
}

Error Again(const std::string& reason) { return Error(kBusy, {{"number", "0"}, {"reason", reason}}); }

}  // namespace

Lane::Lane(Parts parts, std::vector<LaneTable> tables) : parts_(std::move(parts)), head_(parts_.head) {
  for (LaneTable& table : tables) Give(std::move(table));
}

void Lane::Give(core::CopyOrder order) {
  const std::lock_guard lock(mutex_);
  given_orders_.push_back(std::move(order));
}

void Lane::Give(LaneTable table) {
  const std::lock_guard lock(mutex_);
  names_.push_back(table.schema.qualified_name());
  given_tables_.push_back(std::move(table));
}

bool Lane::Follows(const std::string& table) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::find(names_, table) != names_.end();
}

void Lane::TakeGiven() {
  const std::lock_guard lock(mutex_);
  for (LaneTable& table : std::exchange(given_tables_, {}))
    tables_.push_back(std::make_unique<LaneTable>(std::move(table)));
  for (core::CopyOrder& order : std::exchange(given_orders_, {})) orders_.push_back(std::move(order));
}

void Lane::Delay(std::chrono::milliseconds by) {
  due_ = base::MonoTime{parts_.clock.mono().value + by.count() * 1'000'000};
}

LaneTable* Lane::Find(const std::string& name) {
  for (const auto& table : tables_) {
    if (table->schema.qualified_name() == name) return table.get();
  }
  return nullptr;
}

void Lane::RemoveStopped() {
  std::erase_if(tables_, [](const auto& table) { return table->schema.columns.empty(); });
}

Status Lane::Step(client::Connection& connection) {
  Delay(parts_.interval);
  TakeGiven();
  ASSIGN_OR_RETURN(const bool moved, LookAround(connection));
  RETURN_IF_ERROR(TakeOrders(connection));
  if (tables_.empty()) return moved ? Advance() : Status();
  const bool copying = CopyTurn() != nullptr;
  if (moved || copying)
    RETURN_IF_ERROR(Poll(connection, copying, parts_.options.isolation == Isolation::kSnapshot));
  RETURN_IF_ERROR(EndCopies());
  if (CopyTurn() != nullptr) due_ = std::min(due_, copy_again_);
  parts_.observer.OnCaughtUp(true);
  return {};
}

Result<PolledView> Lane::StepWithin(client::Connection& view) {
  TakeGiven();
  RETURN_IF_ERROR(Poll(view, /*chunks=*/false, /*snapshot=*/false));
  return PolledView{parts_.number, head_};
}

// A lane without tables keeps pace, so that nobody waits for it.
Status Lane::Advance() {
  const TrackPosition to{current_, head_.epoch};
  RETURN_IF_ERROR(parts_.log.Tick(parts_.number, head_.Encode(), to, parts_.clock.wall()));
  head_ = to;
  return {};
}

// Whether there is something to read. What became of the tables is looked at when anything was committed,
// and once a second.
Result<bool> Lane::LookAround(client::Connection& connection) {
  ASSIGN_OR_RETURN(const DatabaseState database, ReadDatabase(connection));
  if (!database.version) return Error(kTrackingOff, {{"database", connection.endpoint().database}});
  if (database.epoch != head_.epoch)
    return Error(kOtherHistory, {{"expected", head_.epoch}, {"found", database.epoch}});
  if (*database.version < head_.version) {
    return Error(kVersionWentBack,
                 {{"expected", std::to_string(head_.version)}, {"found", std::to_string(*database.version)}});
  }
  const bool fresh =
      std::ranges::any_of(tables_, [](const auto& table) { return table->fresh || table->from; });
  const bool moved = *database.version != head_.version || fresh;
  const base::MonoTime now = parts_.clock.mono();
  if (!moved && now.value - looked_around_.value < kLookAroundNs) return false;
  looked_around_ = now;
  current_ = *database.version;
  ASSIGN_OR_RETURN(const auto states, ReadTables(connection));
  for (const auto& table : tables_) {
    if (const Status settled = Settle(connection, *table, states); !settled.ok()) {
      RemoveStopped();
      return settled.error();
    }
  }
  RemoveStopped();
  return moved;
}

// The table goes on, begins anew, or stops.
Status Lane::Settle(client::Connection& connection, LaneTable& table,
                    const std::map<std::string, TableState>& states) {
  const std::string name = table.schema.qualified_name();
  const auto found = states.find(name);
  if (found == states.end()) {
    ASSIGN_OR_RETURN(const Discovery now, DiscoverTable(connection, parts_.options, name));
    const bool there = !now.findings.empty() || !now.tables.empty();
    return Stop(table,
                there ? Error(kTrackingEnded, {{"table", name}}) : Error(kTableGone, {{"table", name}}));
  }
  const TableState& state = found->second;
  if (!state.min_valid) return Stop(table, Error(kTrackingEnded, {{"table", name}}));
  if (state.identity != table.schema.native_id) {
    const std::string& before = table.schema.native_id;
    const auto upto = [](const std::string& id, int slashes) {
      size_t at = 0;
      for (int i = 0; i < slashes; ++i) at = id.find('/', at) + 1;
      return id.substr(0, at);
    };
    if (upto(before, 1) != upto(state.identity, 1))
      return BeginAnew(connection, table, Error(kTableReplaced, {{"table", name}}));
    if (upto(before, 2) != upto(state.identity, 2))
      return BeginAnew(connection, table, Error(kTrackingEnabledAgain, {{"table", name}}));
    return BeginAnew(
        connection, table,
        Error(kTableTruncated, {{"table", name}, {"version", std::to_string(*state.min_valid)}}));
  }
  if (state.modified == table.modified) return {};
  ASSIGN_OR_RETURN(const Discovery now, DiscoverTable(connection, parts_.options, name));
  if (now.tables.empty())
    return now.findings.empty() ? Status(Again("the table is being changed"))
                                : Stop(table, now.findings.front().message);
  const FoundTable& changed = now.tables.front();
  if (changed.schema.columns == table.schema.columns && changed.schema.key == table.schema.key) {
    table.modified = changed.modified;
    return {};
  }
  return BeginAnew(connection, table,
                   Error(kSchemaChanged, {{"table", name}, {"difference", "its columns or its key"}}));
}

// A new generation: it is copied beside what the destinations have, and takes its place.
Status Lane::BeginAnew(client::Connection& connection, LaneTable& table, const Error& why) {
  const std::string name = table.schema.qualified_name();
  ASSIGN_OR_RETURN(Discovery found, DiscoverTable(connection, parts_.options, name));
  if (found.tables.empty())
    return found.findings.empty() ? Status(Again("the table is being changed"))
                                  : Stop(table, found.findings.front().message);
  RETURN_IF_ERROR(parts_.log.AbandonCopy(table.schema.table));
  table.copy.reset();
  FoundTable& now = found.tables.front();
  ASSIGN_OR_RETURN(table.schema, parts_.log.BeginTable(std::move(now.schema), &table.schema));
  table.modified = now.modified;
  table.rows_estimated = now.rows_estimated;
  table.fresh = true;
  table.from.reset();
  parts_.observer.OnEvent(why);
  parts_.observer.OnTableBegun(table.schema);
  return {};
}

// Leaves an empty table, which goes from the lane.
Status Lane::Stop(LaneTable& table, const Error& why) {
  const std::string name = table.schema.qualified_name();
  RETURN_IF_ERROR(parts_.log.AppendFrame(
      core::Gap{table.schema.table, table.schema.generation, why.code().number, why.fields()}));
  table.schema.columns.clear();
  table.copy.reset();
  {
    const std::lock_guard lock(mutex_);
    std::erase(names_, name);
  }
  parts_.observer.OnTableStopped(name, why);
  return {};
}

Status Lane::Poll(client::Connection& connection, bool chunks, bool snapshot) {
  if (tables_.empty()) return {};
  ForgetChunks();  // of a poll that failed: they show another version
  if (snapshot) RETURN_IF_ERROR(BeginView(connection, QuoteTable(tables_.front()->schema)));
  const base::WallTime begun = parts_.clock.wall();
  ASSIGN_OR_RETURN(const View view, Look(connection));
  const auto expired = Expired(view);
  if (!expired.empty()) {
    if (snapshot) RETURN_IF_ERROR(EndView(connection));
    for (LaneTable* table : expired) {
      const auto& state = view.tables.at(table->schema.qualified_name());
      RETURN_IF_ERROR(
          BeginAnew(connection, *table,
                    Error(kHistoryExpired, {{"table", table->schema.qualified_name()},
                                            {"version", std::to_string(FromOf(*table, view))},
                                            {"min_valid", std::to_string(state.min_valid.value_or(0))}})));
    }
    RemoveStopped();
    return Again("tables begin anew");
  }
  Window window({.log = parts_.log,
                 .capture = parts_.capture,
                 .session = parts_.session,
                 .lane = parts_.number,
                 .prev = head_.Encode(),
                 .to = view.to,
                 .begun = begun,
                 .value_max = parts_.options.max_value.count});
  LaneTable* failed = nullptr;
  Status read = ReadWindow(view, window, &failed);
  if (read.ok() && chunks) read = ReadChunks(view, &failed);
  if (!read.ok()) {
    if (failed == nullptr || !IsOfTable(read.error())) return read;
    connection.Cancel();
    if (snapshot) RETURN_IF_ERROR(EndView(connection));
    RETURN_IF_ERROR(Stop(*failed, read.error()));
    RemoveStopped();
    return Again("a table stopped");
  }
  int64_t seen = view.to.version;
  if (snapshot) {
    RETURN_IF_ERROR(EndView(connection));
  } else {
    // What was cleaned up or truncated while it was read was not read whole.
    ASSIGN_OR_RETURN(const View after, Look(connection));
    for (const auto& table : tables_) {
      const TableState& state = after.tables.at(table->schema.qualified_name());
      if (FromOf(*table, view) < state.min_valid.value_or(0) && !table->fresh)
        return Again("the history was cleaned up while it was read");
    }
    seen = after.to.version;
  }
  return Commit(view, window, seen);
}

Result<Lane::View> Lane::Look(client::Connection& connection) {
  ASSIGN_OR_RETURN(const DatabaseState database, ReadDatabase(connection));
  ASSIGN_OR_RETURN(auto tables, ReadTables(connection));
  if (!database.version || database.epoch != head_.epoch || *database.version < head_.version)
    return Again("the database's history has just changed");
  for (const auto& table : tables_) {
    const auto state = tables.find(table->schema.qualified_name());
    if (state == tables.end() || state->second.identity != table->schema.native_id ||
        state->second.modified != table->modified || !state->second.min_valid)
      return Again("the table is being changed");
  }
  return View{connection, {*database.version, head_.epoch}, std::move(tables)};
}

int64_t Lane::FromOf(const LaneTable& table, const View& view) const {
  if (table.from) return *table.from;
  if (!table.fresh) return head_.version;
  return std::max(head_.version, view.tables.at(table.schema.qualified_name()).min_valid.value_or(0));
}

std::vector<LaneTable*> Lane::Expired(const View& view) {
  std::vector<LaneTable*> expired;
  for (const auto& table : tables_) {
    const TableState& state = view.tables.at(table->schema.qualified_name());
    if (FromOf(*table, view) < state.min_valid.value_or(0)) expired.push_back(table.get());
  }
  return expired;
}

Result<std::vector<LaneTable*>> Lane::FindChanged(const View& view) {
  std::vector<LaneTable*> changed;
  for (size_t first = 0; first < tables_.size(); first += kTablesPerQuestion) {
    const size_t last = std::min(tables_.size(), first + kTablesPerQuestion);
    std::string declarations;
    std::string question;
    for (size_t i = first; i < last; ++i) {
      declarations +=
          fmt::format("{}@v{} bigint = {}", i == first ? "DECLARE " : ", ", i, FromOf(*tables_[i], view));
      question += fmt::format("{}SELECT {} WHERE EXISTS (SELECT 1 FROM CHANGETABLE(CHANGES {}, @v{}) AS c)",
                              i == first ? "" : " UNION ALL ", i, QuoteTable(tables_[i]->schema), i);
    }
    ASSIGN_OR_RETURN(const auto rows, view.connection.Query(declarations + "; " + question));
    for (const client::TextRow& row : rows)
      changed.push_back(tables_[std::stoul(row[0].value_or("0"))].get());
  }
  return changed;
}

Status Lane::ReadWindow(const View& view, Window& window, LaneTable** failed) {
  ASSIGN_OR_RETURN(const auto changed, FindChanged(view));
  for (LaneTable* table : changed) {
    *failed = table;
    RETURN_IF_ERROR(window.Add(view.connection, table->schema, FromOf(*table, view)));
  }
  *failed = nullptr;
  return {};
}

// The copies take turns.
LaneTable* Lane::CopyTurn() {
  for (size_t i = 0; i < tables_.size(); ++i) {
    LaneTable* table = tables_[(copy_turn_ + i) % tables_.size()].get();
    if (table->copy) return table;
  }
  return nullptr;
}

// A chunk of each copy in turn, until it has taken its time.
Status Lane::ReadChunks(const View& view, LaneTable** failed) {
  const base::MonoTime began = parts_.clock.mono();
  if (began < copy_again_) return {};
  size_t bytes = 0;
  const size_t first = copy_turn_;
  for (size_t i = 0; i < tables_.size(); ++i) {
    LaneTable* table = tables_[(first + i) % tables_.size()].get();
    if (!table->copy) continue;
    *failed = table;
    copy_turn_ = first + i + 1;
    const Status read =
        table->copy->ReadChunk(view.connection, table->schema, parts_.options.max_value.count,
                               static_cast<uint64_t>(parts_.options.snapshot.chunk_rows), parts_.clock);
    if (!read.ok()) return read;
    bytes += table->copy->chunk_bytes();
    const int64_t took_us = base::MicrosBetween(began, parts_.clock.mono());
    if (took_us >= kChunksUs || bytes >= core::kSetBytesMax || parts_.options.snapshot.rows_per_s > 0) break;
  }
  *failed = nullptr;
  return {};
}

void Lane::ForgetChunks() {
  for (const auto& table : tables_) {
    if (table->copy) table->copy->ForgetChunk();
  }
}

// The window, then the chunk that was read with it.
Status Lane::Commit(const View& view, Window& window, int64_t seen) {
  if (view.to.version != head_.version || window.rows() > 0) RETURN_IF_ERROR(window.Finish());
  head_ = view.to;
  for (const auto& table : tables_) {
    if (table->leaves) {
      ASSIGN_OR_RETURN(const auto left, parts_.log.Head(*table->leaves));
      if (left)
        RETURN_IF_ERROR(parts_.log.Tick(*table->leaves, left->Encode(), {head_.version, head_.epoch, true},
                                        parts_.clock.wall()));
      table->leaves.reset();
    }
    table->fresh = false;
    table->from.reset();
  }
  parts_.observer.OnPosition(head_.Encode(), std::to_string(head_.version));
  if (window.rows() > 0) parts_.observer.OnRowsCaptured(1, window.rows(), window.bytes());
  for (const auto& table : tables_) {
    if (!table->copy || !table->copy->has_chunk()) continue;
    const uint64_t before = table->copy->rows();
    RETURN_IF_ERROR(table->copy->AppendChunk(parts_.log, table->schema, head_, seen));
    const uint64_t rows = table->copy->rows() - before;
    parts_.observer.OnCopyProgress(table->schema.qualified_name(), table->copy->rows(),
                                   table->copy->rows_estimated(), false);
    const int64_t rate = parts_.options.snapshot.rows_per_s;
    const int64_t now = parts_.clock.mono().value;
    copy_again_ = base::MonoTime{rate == 0 ? now : now + static_cast<int64_t>(rows) * 1'000'000'000 / rate};
  }
  return {};
}

Status Lane::EndCopies() {
  for (const auto& table : tables_) {
    if (!table->copy || !table->copy->CanEnd(head_.version)) continue;
    RETURN_IF_ERROR(
        parts_.log.AppendFrame(core::CopyEnd{table->copy->begin().snapshot, table->schema.table, false}));
    parts_.observer.OnCopyProgress(table->schema.qualified_name(), table->copy->rows(), table->copy->rows(),
                                   true);
    table->copy.reset();
  }
  return {};
}

}  // namespace renkei::sources::sqlserver
