#include "sinks/duckdb/cycle.h"

#include <fmt/format.h>

#include <algorithm>

#include "sinks/duckdb/codes.h"
#include "sinks/duckdb/table_writer.h"

namespace renkei::sinks::duckdb {

namespace {

std::string Show(core::Address address) { return fmt::format("{}.{}", address.offset, address.sub); }

Error WrongPlace(const std::string& source, core::Address expected, core::Address found) {
  return Error(kWrongPlace, {{"source", source}, {"expected", Show(expected)}, {"found", Show(found)}});
}

// Whether a frame that holds no transactions lies in [from, to).
bool Within(const core::Entry& entry, core::Address from, core::Address to) {
  return from <= entry.address && entry.address < to;
}

}  // namespace

Status Cycle::CheckContinues(const core::Slice& slice) const {
  if (slice.main_to < slice.main_from) return WrongPlace(slice.source, slice.main_from, slice.main_to);
  const auto found = cursors_.find(slice.source);
  if (found == cursors_.end()) {
    if (slice.copy_from) return WrongPlace(slice.source, {}, *slice.copy_from);
    return {};
  }
  const core::SinkCursor& cursor = found->second;
  if (cursor.log != slice.log) {
    return Error(kOtherLog, {{"source", slice.source}, {"expected", cursor.log}, {"found", slice.log}});
  }
  if (cursor.main != slice.main_from) return WrongPlace(slice.source, cursor.main, slice.main_from);
  if (slice.copy_from && cursor.copy != slice.copy_from) {
    return WrongPlace(slice.source, cursor.copy.value_or(core::Address{}), *slice.copy_from);
  }
  if (slice.copy_from.has_value() != slice.copy_to.has_value() ||
      (slice.copy_to && (*slice.copy_to < *slice.copy_from || slice.main_to < *slice.copy_to))) {
    return WrongPlace(slice.source, slice.main_to, slice.copy_to.value_or(core::Address{}));
  }
  return {};
}

void Cycle::StopSetAside(const std::string& source) {
  for (const StoredTables::Ptr& table : tables_.All()) {
    const auto found = context_.set_aside.find(table->schema.qualified_name());
    if (table->source != source || found == context_.set_aside.end()) continue;
    if (table->state == core::SinkTableState::kStopped) continue;
    Stop(table);
    notices_.push_back(found->second);
  }
}

Status Cycle::ApplySlice(const core::Slice& slice) {
  RETURN_IF_ERROR(CheckContinues(slice));
  StopSetAside(slice.source);
  core::SinkCursor& cursor = cursors_[slice.source];
  cursor.log = slice.log;
  cursor.epoch = slice.epoch;
  cursor.main = slice.main_to;
  if (slice.copy_to) cursor.copy = slice.copy_to;
  unsaved_cursors_.insert(slice.source);
  RETURN_IF_ERROR(PrepareStorages(slice, Pass::kLive));
  for (const core::Entry& entry : slice.main) RETURN_IF_ERROR(ApplyLive(slice, entry));
  RETURN_IF_ERROR(PrepareStorages(slice, Pass::kCopy));
  for (const core::Entry& entry : slice.copy) RETURN_IF_ERROR(ApplyCopy(slice, entry));
  RETURN_IF_ERROR(WriteFolds());
  if (cursor.copy == cursor.main) RETURN_IF_ERROR(ShowComplete(slice.source));
  return {};
}

Status Cycle::ApplyLive(const core::Slice& slice, const core::Entry& entry) {
  if (const auto* set = std::get_if<core::Changes>(&entry.body)) {
    return ApplyChanges(slice, entry, *set, Pass::kLive);
  }
  if (!Within(entry, slice.main_from, slice.main_to)) return {};
  if (const auto* repair = std::get_if<core::Repair>(&entry.body)) {
    return FoldRepair(slice, entry, *repair, Pass::kLive);
  }
  if (const auto* begin = std::get_if<core::CopyBegin>(&entry.body)) {
    return StartCopy(slice, *begin, entry.address);
  }
  if (const auto* frame = std::get_if<core::SchemaFrame>(&entry.body)) {
    return CheckSchemaFrame(slice.source, frame->schema, Pass::kLive);
  }
  if (const auto* gap = std::get_if<core::Gap>(&entry.body)) {
    const auto shown = tables_.Find(slice.source, gap->table).shown;
    if (shown != nullptr && shown->schema.generation == gap->generation) Stop(shown);
  }
  return {};
}

Status Cycle::ApplyCopy(const core::Slice& slice, const core::Entry& entry) {
  if (const auto* set = std::get_if<core::Changes>(&entry.body)) {
    return ApplyChanges(slice, entry, *set, Pass::kCopy);
  }
  if (!Within(entry, *slice.copy_from, *slice.copy_to)) return {};
  if (const auto* repair = std::get_if<core::Repair>(&entry.body)) {
    return FoldRepair(slice, entry, *repair, Pass::kCopy);
  }
  if (const auto* marker = std::get_if<core::ChunkMarker>(&entry.body)) return ApplyChunk(slice, *marker);
  if (const auto* end = std::get_if<core::CopyEnd>(&entry.body)) return EndCopy(slice, *end);
  if (const auto* frame = std::get_if<core::SchemaFrame>(&entry.body)) {
    return CheckSchemaFrame(slice.source, frame->schema, Pass::kCopy);
  }
  if (const auto* gap = std::get_if<core::Gap>(&entry.body)) {
    const auto coming = tables_.Find(slice.source, gap->table).coming;
    if (coming != nullptr && coming->schema.generation == gap->generation && coming->begin <= entry.address) {
      Stop(coming);
    }
  }
  return {};
}

void Cycle::Save(StoredTable table) {
  unsaved_tables_.insert(table.storage);
  const auto open = folds_.find(table.storage);
  const auto key = std::pair(table.source, table.schema.table);
  const bool visible = table.visible;
  tables_.Put(std::move(table));
  if (open == folds_.end()) return;
  const auto versions = tables_.Find(key.first, key.second);
  open->second.table = visible ? versions.shown : versions.coming;
}

core::TableChanges& Cycle::ReportOf(const StoredTable& table) {
  core::TableChanges& changes = report_[{table.source, table.schema.table}];
  changes.source = table.source;
  changes.table = table.schema.qualified_name();
  return changes;
}

Status Cycle::SaveState() {
  for (const std::string& storage : removed_tables_) {
    RETURN_IF_ERROR(RemoveTable(context_.connection, storage));
    unsaved_tables_.erase(storage);
  }
  if (!unsaved_tables_.empty()) {
    for (const auto& table : tables_.All()) {
      if (table->visible && changed_views_.contains(table->storage))
        RETURN_IF_ERROR(ShowStorage(context_.connection, *table));
      if (unsaved_tables_.contains(table->storage)) RETURN_IF_ERROR(SaveTable(context_.connection, *table));
    }
  }
  for (const std::string& source : unsaved_cursors_) {
    RETURN_IF_ERROR(SaveCursor(context_.connection, source, cursors_.at(source)));
  }
  return {};
}

core::CycleReport Cycle::TakeReport() {
  core::CycleReport report;
  for (auto& [key, changes] : report_) {
    report.rows += changes.changes + changes.rows_copied;
    report.tables.push_back(std::move(changes));
  }
  report.notices = std::move(notices_);
  report.copies_missing = copies_missing_;
  return report;
}

}  // namespace renkei::sinks::duckdb
