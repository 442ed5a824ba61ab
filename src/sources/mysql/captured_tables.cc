#include "sources/mysql/captured_tables.h"

#include <algorithm>

#include "sources/mysql/codes.h"

namespace renkei::sources::mysql {

namespace {

// A server that opens and closes tables all the time gives new numbers all the time.
constexpr size_t kMapsMax = 20'000;

}  // namespace

CapturedTables::CapturedTables(const core::LogState& state) : next_schema_(state.next_schema) {
  for (const auto& [id, table] : state.tables) {
    auto captured = std::make_unique<CapturedTable>();
    captured->schema = table.schema;
    captured->stopped = table.stopped;
    captured->owed = table.owed;
    by_name_[captured->schema.qualified_name()] = captured.get();
    tables_.push_back(std::move(captured));
    next_table_ = core::TableId{std::max(next_table_.value, id.value + 1)};
  }
}

void CapturedTables::SetForeignKeys(CapturedTable& table, std::vector<ForeignKeyAction> keys) {
  if (table.foreign_keys == keys) return;
  table.rekeyed = table.foreign_keys.has_value();
  table.foreign_keys = std::move(keys);
  ++version_;
}

CapturedTable* CapturedTables::Find(std::string_view schema, std::string_view table) {
  std::string name(schema);
  name += '.';
  name += table;
  return FindQualified(name);
}

CapturedTable* CapturedTables::FindQualified(std::string_view name) {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

CapturedTable* CapturedTables::Find(core::TableId id) {
  for (const auto& table : tables_) {
    if (table->schema.table == id) return table.get();
  }
  return nullptr;
}

CapturedTable& CapturedTables::Add(core::TableSchema schema, uint64_t rows_estimated) {
  schema.table = next_table_;
  next_table_ = core::TableId{next_table_.value + 1};
  return Place(tables_.emplace_back(), std::move(schema), rows_estimated);
}

CapturedTable& CapturedTables::Renew(CapturedTable& table, core::TableSchema schema,
                                     uint64_t rows_estimated) {
  const auto place = std::ranges::find(tables_, &table, &std::unique_ptr<CapturedTable>::get);
  CHECK(place != tables_.end());
  schema.table = table.schema.table;
  schema.generation = core::Generation{table.schema.generation.value + 1};
  retired_.push_back(std::move(*place));
  return Place(*place, std::move(schema), rows_estimated);
}

CapturedTable& CapturedTables::Evolve(CapturedTable& table, core::TableSchema schema) {
  const auto place = std::ranges::find(tables_, &table, &std::unique_ptr<CapturedTable>::get);
  CHECK(place != tables_.end());
  retired_.push_back(std::move(*place));
  CapturedTable& evolved = Place(*place, std::move(schema), table.rows_estimated);
  // A log that shows other columns is a reason to begin anew.
  evolved.was_mapped = true;
  evolved.copy_whole = table.copy_whole;
  evolved.foreign_keys = table.foreign_keys;
  evolved.rekeyed = table.rekeyed;
  evolved.owed = table.owed;
  evolved.unlogged = table.unlogged;
  ForgetMaps();
  return evolved;
}

CapturedTable& CapturedTables::Place(std::unique_ptr<CapturedTable>& place, core::TableSchema schema,
                                     uint64_t rows_estimated) {
  schema.id = next_schema_;
  next_schema_ = core::SchemaId{next_schema_.value + 1};
  ++version_;
  place = std::make_unique<CapturedTable>();
  place->schema = std::move(schema);
  place->rows_estimated = rows_estimated;
  by_name_[place->schema.qualified_name()] = place.get();
  return *place;
}

std::optional<CapturedTable*> CapturedTables::FindMapped(uint64_t number, std::string_view map_bytes) const {
  const auto found = maps_.find(number);
  if (found == maps_.end() || found->second.map_bytes != map_bytes) return std::nullopt;
  return found->second.table;
}

std::optional<CapturedTable*> CapturedTables::FindMapped(uint64_t number) const {
  const auto found = maps_.find(number);
  if (found == maps_.end()) return std::nullopt;
  return found->second.table;
}

void CapturedTables::BeginTransaction(const LogPosition& reached) {
  if (any_waits_) {
    any_waits_ = false;
    for (const auto& table : tables_) {
      if (!table->from) continue;
      const core::PositionOrder order = LogPosition::Compare(reached, *table->from);
      if (order == core::PositionOrder::kBefore || order == core::PositionOrder::kConcurrent) {
        any_waits_ = true;
        continue;
      }
      table->from.reset();
      maps_are_old_ = true;
    }
  }
  if (maps_are_old_ || maps_.size() >= kMapsMax) maps_.clear();
  maps_are_old_ = false;
}

void CapturedTables::CountFrom(CapturedTable& table, LogPosition place) {
  table.from = std::move(place);
  any_waits_ = true;
}

bool BeginsAnew(uint16_t code) {
  return code == kLeftOut.number || code == kSchemaDiffers.number || code == kSchemaStatement.number ||
         code == kTableGone.number || code == kNoLongerKeptBack.number;
}

void CapturedTables::Map(uint64_t number, std::string_view map_bytes, CapturedTable* table) {
  maps_[number] = {std::string(map_bytes), table};
}

}  // namespace renkei::sources::mysql
