// Savepoints inside the log, and XA: transactions that are prepared now and end later, perhaps after
// restarts. Their rows go ahead as parts; the log's state keeps where these stand until the end names them.
#include <algorithm>

#include "sources/mysql/codes.h"
#include "sources/mysql/stream.h"

namespace renkei::sources::mysql {

namespace {

// A transaction with more has forgotten the oldest, and going back to such a one stops its tables.
constexpr size_t kSavepointsMax = 10'000;

}  // namespace

void Stream::OnSavepoint(const std::string& name) {
  std::erase_if(savepoints_, [&](const auto& savepoint) { return savepoint.first == name; });
  if (savepoints_.size() == kSavepointsMax) savepoints_.erase(savepoints_.begin());
  savepoints_.emplace_back(name, builder_.next_ordinal());
}

// A rollback is in the log where the transaction also changed tables without transactions.
Status Stream::OnRollbackTo(const std::string& name) {
  if (!open_) return {};
  const auto found =
      std::ranges::find(savepoints_, name, [](const auto& savepoint) { return savepoint.first; });
  if (found != savepoints_.end() && builder_.RollBackTo(found->second)) {
    savepoints_.erase(found + 1, savepoints_.end());
    return {};
  }
  // Rows that are in parts already cannot be taken back.
  for (CapturedTable* table : open_tables_) RETURN_IF_ERROR(StopTable(*table, Error(kRolledBackToSavepoint)));
  return {};
}

// What must be known at the end, also of tables that are not captured now but may be then.
void Stream::NotePreparedTable(const binlog::TableName& name) {
  if (!parts_.patterns.Matches(name.schema, name.table)) return;
  const CapturedTable* table = parts_.tables.Find(name.schema, name.table);
  const bool followed = table != nullptr && !table->stopped && !table->from;
  const uint32_t generation = followed ? table->schema.generation.value : 0;
  memo_.tables[std::string(name.schema) + "." + std::string(name.table)] = generation;
}

Status Stream::OnPrepare(const Event& event, base::WallTime received) {
  if (!open_) return binlog::BadEvent(event.type, "the end of a transaction that did not begin");
  ASSIGN_OR_RETURN(const bool one_phase, binlog::ReadXaPrepare(event));
  if (one_phase) return OnCommit(event, received);
  if (memo_.xid.empty()) return binlog::BadEvent(event.type, "XA PREPARE without XA END");
  if (builder_.has_open_rows()) {
    RETURN_IF_ERROR(Append());
    RETURN_IF_ERROR(AppendPart());
  }
  if (has_parts_) parts_.touched.HoldParts(open_note_.gtid);
  if (parts_.cascades != nullptr) parts_.cascades->DropParts();
  const CommitTime time = clock_.OnCommit(event.timestamp, received);
  const bool had_finished = builder_.has_finished();
  builder_.Prepare(time.time, time.kind, memo_.Encode());
  finished_places_.push_back(at_);
  return Ended(received, had_finished);
}

Status Stream::OnPreparedEnd(const std::string& xid, bool commit, const Event& event,
                             base::WallTime received) {
  if (!open_ || builder_.has_open_rows() || has_parts_)
    return binlog::BadEvent(event.type, "the end of a prepared transaction has no group of its own");
  // What was prepared just now is in the state once it is appended.
  RETURN_IF_ERROR(Append());
  for (const auto& [id, prepared] : parts_.log.writer().state().prepared) {
    const auto memo = PreparedMemo::Decode(prepared.memo);
    if (!memo || memo->xid != xid) continue;
    if (commit) {
      builder_.CommitPrepared(id, prepared.parts);
      RETURN_IF_ERROR(EndPreparedTables(id, *memo));
    } else {
      builder_.AbortPrepared(id);
      parts_.touched.DropHeld(id);
    }
    return OnCommit(event, received);
  }
  // Prepared before the log began: nobody knows what it changed (invariant 7).
  if (commit) {
    RETURN_IF_ERROR(StopWhere(Error(kPreparedTransaction, {{"transaction", xid}}),
                              [](const CapturedTable&) { return true; }));
  }
  return OnCommit(event, received);
}

// A table that began anew in between lacks the rows: its copy could not see them.
Status Stream::EndPreparedTables(const std::string& id, const PreparedMemo& memo) {
  for (const auto& [name, generation] : memo.tables) {
    CapturedTable* table = parts_.tables.FindQualified(name);
    if (table == nullptr || table->stopped || table->from || !parts_.patterns.Matches(name)) continue;
    if (table->schema.generation.value == generation) {
      parts_.touched.EndHeld(id, table->schema.table, at_);
      if (parts_.cascades != nullptr) RETURN_IF_ERROR(parts_.cascades->ParentChanged(table->schema.table));
    } else {
      RETURN_IF_ERROR(StopTable(*table, Error(kPreparedTransaction, {{"transaction", memo.xid}})));
    }
  }
  return {};
}

}  // namespace renkei::sources::mysql
