// The part of a cycle that brings tables in: copies, their ends and their showing.
#include <fmt/format.h>

#include <algorithm>

#include "sinks/duckdb/codes.h"
#include "sinks/duckdb/cycle.h"
#include "sinks/duckdb/evolve.h"
#include "sinks/duckdb/naming.h"
#include "sinks/duckdb/table_writer.h"
#include "sinks/duckdb/whole_rows.h"
#include "telemetry/render.h"

namespace renkei::sinks::duckdb {

using core::SinkTableState;
using core::Slice;

Status Cycle::StartCopy(const Slice& slice, const core::CopyBegin& begin, core::Address address) {
  if (std::find(begin.subscriptions.begin(), begin.subscriptions.end(), context_.sink) ==
      begin.subscriptions.end()) {
    return {};
  }
  CHECK(slice.state != nullptr);
  const auto found = slice.state->schemas.find(begin.schema);
  if (found == slice.state->schemas.end()) {
    return Error(kUnknownSchemaId,
                 {{"table", fmt::format("{}", begin.table)}, {"schema_id", fmt::format("{}", begin.schema)}});
  }
  const core::TableSchema& schema = found->second;
  if (schema.key.empty()) return Error(kNoKey, {{"table", schema.qualified_name()}});
  StoredTable version;
  version.source = slice.source;
  version.schema = schema;
  version.snapshot = begin.snapshot;
  version.begin = address;
  version.rows_estimated = begin.rows_estimated;
  // A table that cannot be stored under its name stays out; the others go on.
  if (Status named = ChooseNames(tables_, version, notices_); !named.ok()) {
    notices_.push_back(InTable(named.error(), version));
    return {};
  }
  if (context_.set_aside.contains(schema.qualified_name())) return {};
  const StoredTables::Versions versions = tables_.Find(slice.source, begin.table);
  if (versions.shown != nullptr && RefusesCopy(*versions.shown, schema)) return {};
  if (versions.shown != nullptr && context_.schema_changes == SchemaChanges::kIgnore)
    LeaveOutNewColumns(*versions.shown, version);
  if (versions.coming != nullptr) RETURN_IF_ERROR(Forget(*versions.coming));
  RETURN_IF_ERROR(CreateStorage(context_.connection, version));
  ReportOf(version);
  Save(std::move(version));
  core::SinkCursor& cursor = cursors_.at(slice.source);
  if (!cursor.copy) cursor.copy = address;
  return {};
}

Status Cycle::Forget(const StoredTable& coming) {
  RETURN_IF_ERROR(DropStorage(context_.connection, coming));
  folds_.erase(coming.storage);
  removed_tables_.insert(coming.storage);
  tables_.RemoveComing(coming.source, coming.schema.table);
  return {};
}

Status Cycle::ApplyChunk(const Slice& slice, const core::ChunkMarker& marker) {
  const auto table = tables_.Find(slice.source, marker.table).coming;
  if (table == nullptr || table->state != SinkTableState::kCopying || table->snapshot != marker.snapshot) {
    return {};
  }
  RETURN_IF_ERROR(WriteFoldOf(*table));
  CHECK(slice.reads != nullptr);
  const Result<core::Batch> read = slice.reads->ReadChunk(marker.place);
  if (!read.ok() && telemetry::RetryOf(read.error()) == telemetry::Retry::kNever) {
    notices_.push_back(InTable(read.error(), *table));
    copies_missing_ = true;
    return Forget(*table);
  }
  if (!read.ok()) return read.error();
  const core::Batch& rows = *read;
  if (rows.rows != marker.rows || rows.table != marker.table || rows.generation != marker.generation) {
    return Error(kChunkDiffers, {{"table", table->schema.qualified_name()},
                                 {"expected", std::to_string(marker.rows)},
                                 {"found", std::to_string(rows.rows)}});
  }
  RETURN_IF_ERROR(CheckSchema(slice, *table, rows));
  const bool replace = table->touched && !IsWholeRow(*table);
  if (Status status = WriteChunk(context_.connection, *table, rows, replace); !status.ok()) {
    return InTable(status.error(), *table);
  }
  ReportOf(*table).rows_copied += rows.rows;
  StoredTable changed = *table;
  changed.rows_copied += rows.rows;
  Save(std::move(changed));
  return {};
}

Status Cycle::EndCopy(const Slice& slice, const core::CopyEnd& end) {
  const auto table = tables_.Find(slice.source, end.table).coming;
  if (table == nullptr || table->state != SinkTableState::kCopying || table->snapshot != end.snapshot) {
    return {};
  }
  if (end.abandoned) return Forget(*table);
  if (KeepsChanges(*table)) {
    RETURN_IF_ERROR(WriteFoldOf(*table));
    if (Status status = ApplyKeptChanges(context_.connection, *table); !status.ok()) return status;
    RETURN_IF_ERROR(DropKeptChanges(context_.connection, *table));
  }
  StoredTable changed = *table;
  changed.complete = true;
  Save(std::move(changed));
  return {};
}

Status Cycle::ShowComplete(const std::string& source) {
  bool copying = false;
  for (const auto& table : tables_.All()) {
    if (table->source != source || table->visible || table->state != SinkTableState::kCopying) continue;
    if (!table->complete) {
      copying = true;
      continue;
    }
    StoredTable shown = *table;
    shown.visible = true;
    shown.state = SinkTableState::kLive;
    RETURN_IF_ERROR(ShowStorage(context_.connection, shown));
    if (const auto earlier = tables_.Find(source, shown.schema.table).shown; earlier != nullptr) {
      RETURN_IF_ERROR(DropStorage(context_.connection, *earlier));
      folds_.erase(earlier->storage);
      removed_tables_.insert(earlier->storage);
    }
    ReportOf(shown).became_live = true;
    unsaved_tables_.insert(shown.storage);
    folds_.erase(shown.storage);
    tables_.Replace(std::move(shown));
  }
  if (!copying) cursors_.at(source).copy.reset();
  return {};
}

void Cycle::Stop(const StoredTables::Ptr& table) {
  StoredTable stopped = *table;
  stopped.state = SinkTableState::kStopped;
  Save(std::move(stopped));
}

}  // namespace renkei::sinks::duckdb
