// The part of a cycle that follows schema changes in place.
#include <algorithm>

#include "sinks/duckdb/codes.h"
#include "sinks/duckdb/cycle.h"
#include "sinks/duckdb/evolve.h"
#include "sinks/duckdb/table_writer.h"

namespace renkei::sinks::duckdb {

using core::Changes;
using core::Entry;
using core::Slice;

// The transactions of the set that count in this slice.
TransactionRange Cycle::RangeOf(const Slice& slice, const Entry& entry, const core::ChangeSet& set,
                                Pass pass) {
  const core::Offset from = pass == Pass::kLive ? slice.main_from.offset : slice.copy_from->offset;
  const core::Offset to = pass == Pass::kLive ? slice.main_to.offset : slice.copy_to->offset;
  const uint64_t begin = entry.address.offset.value;
  const uint64_t count = set.transactions.size();
  const auto place = [&](core::Offset offset) {
    return static_cast<uint32_t>(std::min(offset.value < begin ? 0 : offset.value - begin, count));
  };
  return {place(from), place(to)};
}

Status Cycle::PrepareStorages(const Slice& slice, Pass pass) {
  std::map<StoredTables::Ptr, std::vector<const core::SchemaChange*>> coming;
  for (const Entry& entry : pass == Pass::kLive ? slice.main : slice.copy) {
    const auto* set = std::get_if<Changes>(&entry.body);
    if (set == nullptr) continue;
    const TransactionRange range = RangeOf(slice, entry, **set, pass);
    for (const core::Item& item : (*set)->items) {
      const auto* change = std::get_if<core::SchemaChange>(&item);
      if (change == nullptr || !range.Has(change->transaction)) continue;
      const auto table = Target(slice.source, change->schema.table, entry, pass);
      if (table != nullptr && table->schema.generation == change->schema.generation)
        coming[table].push_back(change);
    }
  }
  for (const auto& [table, changes] : coming) {
    if (context_.schema_changes == SchemaChanges::kStop && table->visible) continue;
    StoredTable prepared = *table;
    if (Status status = PrepareStorage(context_.connection, changes, context_.schema_changes, prepared);
        !status.ok())
      return InTable(status.error(), *table);
    Save(std::move(prepared));
  }
  return {};
}

Status Cycle::ApplySchemaChange(const Slice& slice, const Entry& entry, const core::SchemaChange& change,
                                Pass pass) {
  const auto table = Target(slice.source, change.schema.table, entry, pass);
  if (table == nullptr || table->schema.generation != change.schema.generation) return {};
  const std::string shown = ShowColumnChanges(table->schema, change.schema);
  if (context_.schema_changes == SchemaChanges::kStop && table->visible && !shown.empty()) {
    notices_.push_back(Error(kSchemaStops, {{"table", table->schema.qualified_name()}, {"change", shown}}));
    Stop(table);
    return {};
  }
  // What is folded has the schema before.
  RETURN_IF_ERROR(WriteFoldOf(*table));
  folds_.erase(table->storage);
  known_schemas_.clear();
  StoredTable evolved = *table;
  Evolve(change.schema, context_.schema_changes, evolved, notices_);
  if (pass == Pass::kLive) ReportOf(evolved);
  changed_views_.insert(evolved.storage);
  Save(std::move(evolved));
  return {};
}

bool Cycle::RefusesCopy(const StoredTable& shown, const core::TableSchema& schema) {
  if (context_.schema_changes != SchemaChanges::kStop || shown.state != core::SinkTableState::kStopped)
    return false;
  const std::string changes = ShowColumnChanges(shown.schema, SameNumbers(shown.schema, schema));
  if (changes.empty()) return false;
  notices_.push_back(Error(kSchemaStops, {{"table", schema.qualified_name()}, {"change", changes}}));
  return true;
}

Status Cycle::CheckSchemaFrame(const std::string& source, const core::TableSchema& schema, Pass pass) const {
  const auto versions = tables_.Find(source, schema.table);
  const auto& version = pass == Pass::kLive ? versions.shown : versions.coming;
  if (version == nullptr || version->state == core::SinkTableState::kStopped) return {};
  if (version->schema.generation != schema.generation) return {};
  if (auto what = WhatDiffers(version->schema, schema)) {
    return Error(kSchemaDiffers, {{"table", schema.qualified_name()}, {"what", *what}});
  }
  return {};
}

std::optional<std::string> WhatDiffers(const core::TableSchema& stored, const core::TableSchema& found) {
  if (stored.qualified_name() != found.qualified_name()) return found.qualified_name();
  if (stored.key != found.key) return "key";
  for (size_t i = 0; i < std::max(stored.columns.size(), found.columns.size()); ++i) {
    if (i >= stored.columns.size()) return found.columns[i].name;
    if (i >= found.columns.size()) return stored.columns[i].name;
    const core::ColumnSchema& a = stored.columns[i];
    const core::ColumnSchema& b = found.columns[i];
    if (a.name != b.name || a.type != b.type || a.mask_version != b.mask_version) return a.name;
  }
  return std::nullopt;
}

}  // namespace renkei::sinks::duckdb
