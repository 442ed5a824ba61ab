#include "sinks/duckdb/stored_tables.h"

namespace renkei::sinks::duckdb {

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
