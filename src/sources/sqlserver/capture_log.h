// CaptureLog: the writing end of the source's log, shared by the threads that poll: each call is one thread's
// alone. Gives tables, schemas and copies their numbers.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "core/hub.h"
#include "sources/sqlserver/track_position.h"

namespace renkei::sources::sqlserver {

// Thread-safe. The writer must outlive it and is used by nobody else.
class CaptureLog {
 public:
  explicit CaptureLog(core::LogWriter& writer);

  // Where the lane is; nothing if it has not begun. kForeignPosition.
  Result<std::optional<TrackPosition>> Head(core::Lane lane) const;
  core::LogState state() const;

  // Appends behind `prev`. kHeadConflict if another capture has moved the lane on: it is to be read anew.
  Status Append(core::ChangeSet set);
  Status Tick(core::Lane lane, const core::Position& prev, const TrackPosition& to, base::WallTime time);
  Status Tick(const core::Tick& tick);
  Result<core::PartPlace> AppendPart(const core::ChangeSet& part);
  Status AppendFrame(const core::EntryBody& body);
  // Makes the rows durable, then puts the marker, whose place they get.
  Status AppendChunk(core::ChunkMarker marker, const core::Batch& rows);
  // The table begins, as a new one or as a new generation of `before`; its schema with all numbers.
  Result<core::TableSchema> BeginTable(core::TableSchema found, const core::TableSchema* before);
  Result<core::CopyBegin> BeginCopy(const core::TableSchema& table, std::vector<std::string> sinks,
                                    uint64_t rows_estimated);
  // The copy of the table that has no end yet is abandoned.
  Status AbandonCopy(core::TableId table);
  Status Sync();

 private:
  Status Appended(const Result<core::AppendResult>& result, const core::Position& expected) const;

  mutable std::mutex mutex_;
  core::LogWriter& writer_;
  core::TableId next_table_{1};
  core::SchemaId next_schema_;
};

}  // namespace renkei::sources::sqlserver
