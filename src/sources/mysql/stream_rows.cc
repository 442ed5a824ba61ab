// Table maps and rows of the stream, and the loud stop of a single table.
#include <fmt/format.h>

#include <algorithm>

#include "sources/mysql/binlog/packed.h"
#include "sources/mysql/codes.h"
#include "sources/mysql/stream.h"

namespace renkei::sources::mysql {

namespace {

// The number changes with every new opening of the table; what follows it says what the table is.
constexpr size_t kTableNumberBytes = 6;

std::string_view MapBytes(const binlog::Event& event) {
  return binlog::AsText(event.body).substr(kTableNumberBytes);
}

Error WithTable(const Error& error, const std::string& table) {
  std::vector<Field> fields = {{"table", table}};
  fields.insert(fields.end(), error.fields().begin(), error.fields().end());
  return Error(error.code(), std::move(fields));
}

}  // namespace

Status Stream::OnTableMap(const Event& event) {
  ASSIGN_OR_RETURN(const binlog::TableName name, binlog::ReadTableName(event));
  if (!parts_.tables.FindMapped(name.id, MapBytes(event))) {
    ASSIGN_OR_RETURN(CapturedTable * table, MapTable(name, event));
    parts_.tables.Map(name.id, MapBytes(event), table);
  }
  if (preparing_) NotePreparedTable(name);
  return {};
}

Result<CapturedTable*> Stream::MapTable(const binlog::TableName& name, const Event& event) {
  CapturedTable* table = parts_.tables.Find(name.schema, name.table);
  if (table == nullptr) {
    if (parts_.patterns.Matches(name.schema, name.table)) tables_may_be_new_ = true;
    return nullptr;
  }
  if (table->stopped || table->from || !parts_.patterns.Matches(name.schema, name.table)) return nullptr;
  const auto stop = [&](const Error& why) -> Result<CapturedTable*> {
    RETURN_IF_ERROR(StopTable(*table, why));
    return nullptr;
  };
  const auto map = binlog::ReadTableMap(event);
  if (!map.ok()) {
    return stop(Error(kSchemaDiffers, {{"difference", std::string(map.error().field("reason"))}}));
  }
  if (!map->full_metadata) return stop(Error(kNoMetadata));
  binlog::PlanResult plan = binlog::MakeRowPlan(table->schema, *map, parts_.charset_of);
  // A table that the log shows otherwise than the server described it, without a change in between, would
  // begin anew for ever.
  const bool never_fitted = table->copy_whole && !table->was_mapped;
  if (!plan.plan)
    return stop(Error(never_fitted ? kSchemaUnclear : kSchemaDiffers, {{"difference", plan.difference}}));
  table->plan = std::move(plan.plan);
  table->was_mapped = true;
  if (parts_.value_max_of) table->plan->value_max = parts_.value_max_of(table->schema);
  return table;
}

Result<CapturedTable*> Stream::TableOfRows(const Event& event) {
  ASSIGN_OR_RETURN(const uint64_t id, binlog::ReadRowsTableId(event));
  const auto mapped = parts_.tables.FindMapped(id);
  if (!mapped) return binlog::BadEvent(event.type, "rows of a table without a table map");
  return *mapped == nullptr || (*mapped)->stopped ? nullptr : *mapped;
}

Status Stream::OnPartialRows(const Event& event) {
  ASSIGN_OR_RETURN(CapturedTable * table, TableOfRows(event));
  return table == nullptr ? Status() : StopTable(*table, Error(kPartialJson));
}

Status Stream::OnRows(const Event& event) {
  if (!open_) return binlog::BadEvent(event.type, "rows outside of a transaction");
  ASSIGN_OR_RETURN(CapturedTable * table, TableOfRows(event));
  if (table == nullptr) return {};
  ASSIGN_OR_RETURN(const binlog::RowsEvent rows, binlog::ReadRowsEvent(event, decompressor_));
  if (!rows.full_images) return StopTable(*table, Error(kPartialImage));
  if (rows.width != table->plan->columns.size())
    return binlog::BadEvent(event.type, "rows of another width than their table map");
  return DecodeInto(*table, rows);
}

Status Stream::DecodeInto(CapturedTable& table, const binlog::RowsEvent& rows) {
  if (std::ranges::find(open_tables_, &table) == open_tables_.end()) open_tables_.push_back(&table);
  binlog::Cursor cursor = binlog::CursorOver(rows.images);
  while (cursor.left() > 0) {
    RETURN_IF_ERROR(HoldMemory());
    core::BatchBuilder& batch = builder_.Rows(table.schema);
    // What was deleted unseen may still be at a destination when its key comes again.
    const core::Operation insert_as = table.owed || (table.foreign_keys && !table.foreign_keys->empty())
                                          ? core::Operation::kUpsert
                                          : core::Operation::kInsert;
    binlog::RowTarget target{batch, builder_.open_place(), builder_.next_ordinal(), insert_as};
    const size_t room = core::kSetBytesMax - std::min(core::kSetBytesMax, builder_.size_bytes());
    const binlog::RowsResult result =
        binlog::DecodeRows(rows, *table.plan, cursor, batch.size_bytes() + room, target);
    builder_.Count(table.schema, target.next_ordinal);
    if (result.outcome == binlog::RowsOutcome::kUnreadable) {
      const core::ColumnSchema& column = table.schema.columns[result.column];
      return StopTable(table,
                       Error(kUnreadableCell, {{"column", column.name}, {"type", column.native_type}}));
    }
    if (result.outcome == binlog::RowsOutcome::kTooLarge) {
      return StopTable(table, Error(kValueTooLarge, {{"column", table.schema.columns[result.column].name},
                                                     {"bytes", std::to_string(result.bytes)},
                                                     {"max_value", std::to_string(table.plan->value_max)}}));
    }
    if (result.outcome == binlog::RowsOutcome::kTruncated)
      return Error(kBadEvent, {{"type", "rows"}, {"reason", "a row ends inside a cell"}});
    RETURN_IF_ERROR(KeepWithinBounds());
  }
  return {};
}

Status Stream::StopTable(CapturedTable& table, const Error& why) {
  if (table.stopped) return {};
  RETURN_IF_ERROR(Append());
  if (builder_.is_open()) builder_.DropOpenRows(table.schema);
  const std::string name = table.schema.qualified_name();
  const Error error = WithTable(why, name).With("place", ShowPlace());
  core::Gap gap;
  gap.table = table.schema.table;
  gap.generation = table.schema.generation;
  gap.code = error.code().number;
  gap.fields = error.fields();
  if (auto appended = parts_.log.writer().AppendFrame(gap); !appended.ok()) return appended.error();
  table.stopped = true;
  // What it deletes from here on is not seen.
  if (parts_.cascades != nullptr) RETURN_IF_ERROR(parts_.cascades->ParentUnseen(table.schema.table));
  parts_.touched.Unwatch(table.schema.table);
  table.outdated = BeginsAnew(error.code().number);
  if (table.outdated) {
    parts_.context.observer.OnEvent(error);
  } else {
    parts_.context.observer.OnTableStopped(name, error);
  }
  return {};
}

bool Stream::any_outdated() const {
  return std::ranges::any_of(parts_.tables.all(), [](const auto& table) { return table->outdated; });
}

Status Stream::StopWhere(const Error& why, const std::function<bool(const CapturedTable&)>& chosen) {
  for (const auto& table : parts_.tables.all()) {
    if (!table->stopped && !table->from && parts_.patterns.Matches(table->schema.qualified_name()) &&
        chosen(*table))
      RETURN_IF_ERROR(StopTable(*table, why));
  }
  return {};
}

}  // namespace renkei::sources::mysql
