#include "core/log_state.h"

#include <algorithm>

namespace renkei::core {

namespace {

void Register(LogState& state, const TableSchema& schema) {
  TableStateInLog& table = state.tables[schema.table];
  if (table.schema.generation != schema.generation) table.stopped = table.owed = false;
  table.schema = schema;
  state.schemas[schema.id] = schema;
  state.next_schema = std::max(state.next_schema, SchemaId{schema.id.value + 1});
}

struct Fold {
  LogState& state;
  const Entry& entry;

  void operator()(const Changes& set) {
    Head& head = state.heads[set->lane];
    head.position = set->position;
    head.note = set->note;
    if (!set->transactions.empty()) {
      head.transaction_id = set->transactions.back().id;
      head.commit_time = set->transactions.back().commit_time;
    }
    for (const Transaction& transaction : set->transactions) {
      if (transaction.state == TransactionState::kPrepared)
        state.prepared[transaction.id] = {set->lane, transaction.memo, transaction.parts};
      if (!transaction.ends.empty()) state.prepared.erase(transaction.ends);
    }
    for (const Item& item : set->items) {
      if (const auto* change = std::get_if<SchemaChange>(&item)) Register(state, change->schema);
    }
  }
  void operator()(const Tick& tick) {
    Head& head = state.heads[tick.lane];
    head.position = tick.position;
    head.note = tick.note;
    if (tick.lost == 0) return;
    for (auto& [id, table] : state.tables) table.owed = true;
  }
  void operator()(const SchemaFrame& frame) { Register(state, frame.schema); }
  void operator()(const CopyBegin& begin) {
    SnapshotState snapshot;
    snapshot.begin = begin;
    snapshot.begin_address = entry.address;
    state.snapshots[begin.table] = snapshot;
    state.next_snapshot = std::max(state.next_snapshot, SnapshotId{begin.snapshot.value + 1});
  }
  void operator()(const ChunkMarker& marker) {
    SnapshotState* snapshot = Current(marker.table, marker.snapshot);
    if (snapshot == nullptr) return;
    snapshot->chunks = marker.number + 1;
    snapshot->copied_to = marker.upper;
    snapshot->rows += marker.rows;
  }
  void operator()(const CopyEnd& end) {
    SnapshotState* snapshot = Current(end.table, end.snapshot);
    if (snapshot == nullptr) return;
    if (end.abandoned) {
      state.snapshots.erase(end.table);
    } else {
      snapshot->ended = true;
    }
  }
  void operator()(const Gap& gap) {
    TableStateInLog& table = state.tables[gap.table];
    if (table.schema.generation != gap.generation) return;
    table.stopped = true;
    table.gap = gap;
  }
  void operator()(const Repair&) {}
  void operator()(const RepairMark& mark) {
    const auto table = state.tables.find(mark.table);
    if (table == state.tables.end() || table->second.schema.generation != mark.generation) return;
    table->second.owed = mark.owed;
  }

  SnapshotState* Current(TableId table, SnapshotId id) {
    const auto found = state.snapshots.find(table);
    if (found == state.snapshots.end() || found->second.begin.snapshot != id) return nullptr;
    return &found->second;
  }
};

}  // namespace

void LogState::Apply(const Entry& entry) {
  std::visit(Fold{*this, entry}, entry.body);
  end = entry.next;
}

const TableStateInLog* LogState::FindTable(std::string_view qualified_name) const {
  for (const auto& [id, table] : tables) {
    if (table.schema.qualified_name() == qualified_name) return &table;
  }
  return nullptr;
}

}  // namespace renkei::core
