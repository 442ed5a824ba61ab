#include "sinks/duckdb/stored_tables.h"

#include <algorithm>

namespace renkei::sinks::duckdb {

const StoredColumn* StoredTable::FindStored(uint32_t column) const {
  const auto found = std::ranges::find(layout, column, &StoredColumn::id);
  return found == layout.end() ? nullptr : &*found;
}

void StoredTable::SettleColumns() {
  columns.clear();
  for (const core::ColumnSchema& column : schema.columns) {
    const StoredColumn* stored = FindStored(column.id);
    columns.push_back(stored == nullptr ? std::string() : stored->stored);
  }
}

core::TableSchema StoredTable::StoredSchema() const {
  core::TableSchema kept = schema;
  kept.columns.clear();
  std::vector<uint16_t> places;
  for (size_t i = 0; i < columns.size(); ++i) {
    places.push_back(static_cast<uint16_t>(kept.columns.size()));
    if (!columns[i].empty()) kept.columns.push_back(schema.columns[i]);
  }
  for (uint16_t& place : kept.key) place = places[place];
  return kept;
}

StoredTables::Versions StoredTables::Find(const std::string& source, core::TableId table) const {
  const auto found = tables_.find({source, table});
  return found == tables_.end() ? Versions{} : found->second;
}

void StoredTables::Put(StoredTable version) {
  Versions& versions = tables_[{version.source, version.schema.table}];
  Ptr& place = version.visible ? versions.shown : versions.coming;
  place = std::make_shared<const StoredTable>(std::move(version));
}

void StoredTables::RemoveComing(const std::string& source, core::TableId table) {
  const auto found = tables_.find({source, table});
  if (found == tables_.end()) return;
  found->second.coming.reset();
  if (found->second.shown == nullptr) tables_.erase(found);
}

void StoredTables::Replace(StoredTable version) {
  CHECK(version.visible);
  tables_[{version.source, version.schema.table}].coming.reset();
  Put(std::move(version));
}

std::vector<StoredTables::Ptr> StoredTables::All() const {
  std::vector<Ptr> all;
  for (const auto& [key, versions] : tables_) {
    if (versions.shown != nullptr) all.push_back(versions.shown);
    if (versions.coming != nullptr) all.push_back(versions.coming);
  }
  return all;
}

}  // namespace renkei::sinks::duckdb
