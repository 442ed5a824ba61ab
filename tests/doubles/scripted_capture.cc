#include "tests/doubles/scripted_capture.h"

#include <algorithm>
#include <limits>

#include "core/batch_builder.h"

namespace renkei::doubles {

using core::Operation;

namespace {

constexpr Code kConnectionLost{1012};
constexpr size_t kSetTransactionsMax = 3;
constexpr uint64_t kDropEvery = 7;
constexpr int64_t kFirstKey = std::numeric_limits<int64_t>::min();

int64_t KeyOf(const std::string& bound) { return bound.empty() ? kFirstKey : std::stoll(bound); }

}  // namespace

Status ScriptedCapture::Run(const std::stop_token& stop) {
  RETURN_IF_ERROR(Begin());
  uint64_t seen = database_.changed().count();
  while (!stop.stop_requested()) {
    if (database_.TakeCut()) {
      return Error(kConnectionLost, {{"address", "memory"}, {"reason", "the connection was cut"}});
    }
    RETURN_IF_ERROR(TakeOrders());
    ASSIGN_OR_RETURN(const bool streamed, Stream(std::numeric_limits<uint64_t>::max()));
    ASSIGN_OR_RETURN(const bool copied, CopyChunk());
    if (streamed || copied) continue;
    RETURN_IF_ERROR(writer_->Sync());
    context_.observer.OnCaughtUp(true);
    seen = database_.changed().WaitBeyond(seen, std::chrono::milliseconds(20));
  }
  return writer_->Sync();
}

Status ScriptedCapture::Begin() {
  ASSIGN_OR_RETURN(writer_, context_.log.OpenWriter());
  const auto head = writer_->state().heads.find(core::Lane{0});
  if (head == writer_->state().heads.end()) {
    // A new log begins at the present.
    head_ = database_.position();
    RETURN_IF_ERROR(writer_->AppendTick({core::Lane{0}, {}, ScriptedPosition(head_), "", {}}));
  } else {
    head_ = ScriptedNumber(head->second.position);
    resumed_ = true;
  }
  for (const std::string& name : database_.tables()) {
    core::TableSchema schema = ScriptedSchema(name);
    if (writer_->state().FindTable(schema.qualified_name()) != nullptr) continue;
    schema.table = core::TableId{static_cast<uint32_t>(writer_->state().tables.size() + 1)};
    schema.id = writer_->state().next_schema;
    RETURN_IF_ERROR(writer_->AppendFrame(core::SchemaFrame{schema}));
  }
  context_.observer.OnConnected("memory");
  return writer_->Sync();
}

Status ScriptedCapture::TakeOrders() {
  for (const core::CopyOrder& order : context_.orders.TakeAll()) {
    const core::TableStateInLog* table = writer_->state().FindTable(order.table);
    if (table == nullptr) continue;
    const core::TableSchema schema = table->schema;
    const auto running = writer_->state().snapshots.find(schema.table);
    if (running != writer_->state().snapshots.end() && !running->second.ended) {
      if (running->second.begin.subscriptions == order.sinks) continue;
      RETURN_IF_ERROR(
          writer_->AppendFrame(core::CopyEnd{running->second.begin.snapshot, schema.table, true}));
    }
    RETURN_IF_ERROR(writer_->AppendFrame(core::CopyBegin{writer_->state().next_snapshot, schema.table,
                                                         schema.generation, order.sinks, 0, schema.id}));
  }
  return {};
}

void ScriptedCapture::AddRows(const std::vector<DatabaseChange>& changes, uint32_t transaction,
                              core::ChangeSet& set) {
  uint32_t ordinal = 0;
  for (const DatabaseChange& change : changes) {
    const core::TableSchema schema = writer_->state().FindTable("shop." + change.table)->schema;
    core::BatchBuilder builder(schema, {0});
    builder.BeginRow(change.operation, transaction, ordinal++);
    if (change.operation == Operation::kDelete) {
      for (core::ColumnBuilder& column : builder.after()) column.Without(core::CellState::kAbsent);
    } else {
      builder.after()[0].Fixed(change.key);
      builder.after()[1].Varying(change.value);
    }
    if (change.operation == Operation::kInsert || change.key == change.key_before) {
      if (change.operation == Operation::kDelete) {
        builder.before()[0].Fixed(change.key_before);
      } else {
        builder.before()[0].Without(core::CellState::kAbsent);
      }
    } else {
      builder.before()[0].Fixed(change.key_before);
    }
    if (touched_.has_value() && touched_->first == change.table) {
      touched_->second.insert({change.key, change.key_before});
    }
    set.items.push_back(builder.Finish());
  }
  set.transactions[transaction].rows = ordinal;
}

Result<bool> ScriptedCapture::Stream(uint64_t until) {
  if (fault_ == SourceFault::kRepeatsOnResume && std::exchange(resumed_, false) && head_ > 0) {
    core::ChangeSet set;
    set.prev = set.position = ScriptedPosition(head_);
    core::Transaction transaction;
    transaction.id = ScriptedPosition(head_).bytes;
    set.transactions.push_back(transaction);
    AddRows(database_.After(head_ - 1, 1)[0], 0, set);
    RETURN_IF_ERROR(writer_->Append(set));
  }
  const uint64_t left = until > head_ ? until - head_ : 0;
  const auto transactions = database_.After(head_, std::min<uint64_t>(left, kSetTransactionsMax));
  if (transactions.empty()) return false;
  core::ChangeSet set;
  set.capture = context_.capture_id;
  set.prev = ScriptedPosition(head_);
  for (const auto& changes : transactions) {
    ++head_;
    if (fault_ == SourceFault::kDropsTransaction && head_ % kDropEvery == 0) continue;
    core::Transaction transaction;
    transaction.id = ScriptedPosition(head_).bytes;
    transaction.commit_time = base::WallTime{static_cast<int64_t>(head_)};
    set.transactions.push_back(transaction);
    AddRows(changes, static_cast<uint32_t>(set.transactions.size() - 1), set);
  }
  set.position = ScriptedPosition(head_);
  ASSIGN_OR_RETURN(const core::AppendResult result, writer_->Append(set));
  CHECK(result.appended);
  context_.observer.OnPosition(set.position, set.position.bytes);
  if (auto again = std::exchange(again_, std::nullopt)) {
    RETURN_IF_ERROR(writer_->AppendFrame(again->second));
  }
  return true;
}

Result<bool> ScriptedCapture::CopyChunk() {
  const auto& snapshots = writer_->state().snapshots;
  const auto open = std::find_if(snapshots.begin(), snapshots.end(),
                                 [](const auto& snapshot) { return !snapshot.second.ended; });
  if (open == snapshots.end()) return false;
  const core::SnapshotState snapshot = open->second;
  const core::TableSchema schema = writer_->state().tables.at(open->first).schema;
  // Low before the view, high after it: a touched key's row may be older or newer than what the log says.
  const auto watch = [&] { touched_ = {schema.name, {}}; };
  if (fault_ != SourceFault::kLateLow) watch();
  DatabaseView view = database_.View();
  database_.Meanwhile();
  const uint64_t high = database_.position();
  if (fault_ == SourceFault::kLateLow) {
    while (head_ < high) RETURN_IF_ERROR(Stream(high));
    watch();
  }
  while (head_ < high) RETURN_IF_ERROR(Stream(high));
  const std::set<int64_t> touched = std::exchange(touched_, std::nullopt)->second;
  const DatabaseRows& rows = view.tables.at(schema.name);
  auto last = rows.upper_bound(KeyOf(snapshot.copied_to));
  if (last == rows.end() || (fault_ == SourceFault::kEndsCopyEarly && snapshot.chunks >= 2)) {
    RETURN_IF_ERROR(writer_->AppendFrame(core::CopyEnd{snapshot.begin.snapshot, schema.table, false}));
    context_.observer.OnCopyProgress(schema.qualified_name(), snapshot.rows, snapshot.rows, true);
    return true;
  }
  DatabaseRows chunk;
  for (; last != rows.end() && static_cast<int64_t>(chunk.size()) < chunk_keys_; ++last) chunk.insert(*last);
  RETURN_IF_ERROR(PutChunk(snapshot, schema, chunk, chunk.rbegin()->first, touched));
  return true;
}

Status ScriptedCapture::PutChunk(const core::SnapshotState& snapshot, const core::TableSchema& schema,
                                 const DatabaseRows& rows, int64_t upper, const std::set<int64_t>& touched) {
  core::BatchBuilder builder(schema, {});
  for (const auto& [key, value] : rows) {
    if (touched.count(key) != 0) continue;
    builder.BeginRow(Operation::kRead, 0, builder.rows());
    builder.after()[0].Fixed(key);
    builder.after()[1].Varying(value);
  }
  core::ChunkMarker marker;
  marker.snapshot = snapshot.begin.snapshot;
  marker.table = schema.table;
  marker.generation = schema.generation;
  marker.number = snapshot.chunks;
  marker.lower = snapshot.copied_to;
  marker.upper = std::to_string(upper);
  marker.rows = builder.rows();
  const core::Batch batch = builder.Finish();
  ASSIGN_OR_RETURN(const auto placed, writer_->AppendChunk(marker.snapshot, batch));
  marker.place = placed.first;
  marker.crc = placed.second;
  RETURN_IF_ERROR(writer_->AppendFrame(marker));
  if (fault_ == SourceFault::kDoublesChunk) again_ = {batch, marker};
  context_.observer.OnCopyProgress(schema.qualified_name(), snapshot.rows + marker.rows, 0, false);
  return {};
}

}  // namespace renkei::doubles
