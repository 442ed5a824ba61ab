#include "sources/sqlserver/capture_log.h"

#include <algorithm>

#include "base/kill_point.h"
#include "sources/sqlserver/codes.h"

namespace renkei::sources::sqlserver {

CaptureLog::CaptureLog(core::LogWriter& writer) : writer_(writer), next_schema_(writer.state().next_schema) {
  for (const auto& [id, table] : writer.state().tables)
    next_table_ = core::TableId{std::max(next_table_.value, id.value + 1)};
}

Result<std::optional<TrackPosition>> CaptureLog::Head(core::Lane lane) const {
  const std::lock_guard lock(mutex_);
  const auto head = writer_.state().heads.find(lane);
  if (head == writer_.state().heads.end()) return std::optional<TrackPosition>();
  auto position = TrackPosition::Decode(head->second.position);
  if (!position) return Error(kForeignPosition, {{"position", head->second.position.bytes}});
  return position;
}

core::LogState CaptureLog::state() const {
  const std::lock_guard lock(mutex_);
  return writer_.state();
}

Status CaptureLog::Appended(const Result<core::AppendResult>& result, const core::Position& expected) const {
  if (!result.ok()) return result.error();
  if (result->appended) return {};
  return Error(kHeadConflict, {{"head", result->head.bytes}, {"expected", expected.bytes}});
}

Status CaptureLog::Append(core::ChangeSet set) {
  const std::lock_guard lock(mutex_);
  return Appended(writer_.Append(set), set.prev);
}

Status CaptureLog::Tick(const core::Tick& tick) {
  const std::lock_guard lock(mutex_);
  return Appended(writer_.AppendTick(tick), tick.prev);
}

Status CaptureLog::Tick(core::Lane lane, const core::Position& prev, const TrackPosition& to,
                        base::WallTime time) {
  const std::lock_guard lock(mutex_);
  return Appended(writer_.AppendTick({lane, prev, to.Encode(), "", time}), prev);
}

Result<core::PartPlace> CaptureLog::AppendPart(const core::ChangeSet& part) {
  const std::lock_guard lock(mutex_);
  return writer_.AppendPart(part);
}

Status CaptureLog::AppendFrame(const core::EntryBody& body) {
  const std::lock_guard lock(mutex_);
  const auto appended = writer_.AppendFrame(body);
  return appended.ok() ? Status() : Status(appended.error());
}

Status CaptureLog::AppendChunk(core::ChunkMarker marker, const core::Batch& rows) {
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(const auto stored, writer_.AppendChunk(marker.snapshot, rows));
  base::KillPoint("copy_after_backfill_sync");
  marker.rows = rows.rows;
  marker.place = stored.first;
  marker.crc = stored.second;
  base::KillPoint("copy_before_marker");
  const auto appended = writer_.AppendFrame(marker);
  return appended.ok() ? Status() : Status(appended.error());
}

Result<core::TableSchema> CaptureLog::BeginTable(core::TableSchema found, const core::TableSchema* before) {
  const std::lock_guard lock(mutex_);
  found.id = next_schema_;
  next_schema_ = core::SchemaId{next_schema_.value + 1};
  if (before == nullptr) {
    found.table = next_table_;
    next_table_ = core::TableId{next_table_.value + 1};
  } else {
    found.table = before->table;
    found.generation = core::Generation{before->generation.value + 1};
  }
  const auto appended = writer_.AppendFrame(core::SchemaFrame{found});
  if (!appended.ok()) return appended.error();
  return found;
}

Result<core::CopyBegin> CaptureLog::BeginCopy(const core::TableSchema& table, std::vector<std::string> sinks,
                                              uint64_t rows_estimated) {
  const std::lock_guard lock(mutex_);
  core::CopyBegin begin;
  begin.snapshot = writer_.state().next_snapshot;
  begin.table = table.table;
  begin.generation = table.generation;
  begin.schema = table.id;
  begin.subscriptions = std::move(sinks);
  begin.rows_estimated = rows_estimated;
  const auto appended = writer_.AppendFrame(begin);
  if (!appended.ok()) return appended.error();
  return begin;
}

Status CaptureLog::AbandonCopy(core::TableId table) {
  const std::lock_guard lock(mutex_);
  const auto snapshot = writer_.state().snapshots.find(table);
  if (snapshot == writer_.state().snapshots.end() || snapshot->second.ended) return {};
  const auto ended = writer_.AppendFrame(core::CopyEnd{snapshot->second.begin.snapshot, table, true});
  return ended.ok() ? Status() : Status(ended.error());
}

Status CaptureLog::Sync() {
  const std::lock_guard lock(mutex_);
  return writer_.Sync();
}

}  // namespace renkei::sources::sqlserver
