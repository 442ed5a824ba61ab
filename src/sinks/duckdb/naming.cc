#include "sinks/duckdb/naming.h"

#include <fmt/format.h>

#include <set>

#include "duckdb/database.h"
#include "duckdb/sql_text.h"
#include "sinks/duckdb/codes.h"

namespace renkei::sinks::duckdb {

namespace {

using renkei::duckdb::FoldCase;

constexpr std::string_view kDroppedMark = "__dropped_";

std::string ChooseSchema(const StoredTables& tables, const std::string& schema) {
  bool taken = false;
  for (const auto& other : tables.All()) {
    if (other->schema.schema == schema) return other->view_schema;
    taken |= FoldCase(other->view_schema) == FoldCase(schema);
  }
  return taken ? Distinguished(schema) : schema;
}

// The other table that has the name already, in whatever case.
StoredTables::Ptr FindTaken(const StoredTables& tables, const StoredTable& version, const std::string& name) {
  for (const auto& other : tables.All()) {
    const bool same_table = other->source == version.source && other->schema.table == version.schema.table;
    if (same_table || other->view_schema != version.view_schema) continue;
    if (FoldCase(other->view_name) == FoldCase(name)) return other;
  }
  return nullptr;
}

std::string ChooseStorage(const StoredTables& tables, const StoredTable& version) {
  std::set<std::string> taken;
  for (const auto& other : tables.All()) taken.insert(FoldCase(other->storage));
  const std::string plain =
      fmt::format("{}__{}__g{}", version.view_schema, version.view_name, version.schema.generation);
  std::string name = plain;
  for (int attempt = 2; taken.contains(FoldCase(name)); ++attempt)
    name = fmt::format("{}_{}", plain, attempt);
  return name;
}

}  // namespace

std::string Distinguished(std::string_view name) {
  uint32_t hash = 2166136261u;  // FNV-1a
  for (char letter : name) hash = (hash ^ static_cast<unsigned char>(letter)) * 16777619u;
  return fmt::format("{}__{:08x}", name, hash);
}

std::vector<std::string> ChooseColumns(const core::TableSchema& schema, std::vector<Error>& notices) {
  std::set<std::string> folded;
  std::vector<std::string> names;
  for (const core::ColumnSchema& column : schema.columns) {
    std::string name = column.name;
    if (!folded.insert(FoldCase(name)).second) {
      name = Distinguished(name);
      folded.insert(FoldCase(name));
      notices.push_back(
          Error(kColumnRenamed,
                {{"table", schema.qualified_name()}, {"column", column.name}, {"destination", name}}));
    }
    names.push_back(std::move(name));
  }
  return names;
}

std::vector<StoredColumn> ChooseLayout(const core::TableSchema& schema, std::vector<Error>& notices) {
  const std::vector<std::string> names = ChooseColumns(schema, notices);
  std::vector<StoredColumn> layout;
  for (size_t i = 0; i < names.size(); ++i) layout.push_back({schema.columns[i].id, names[i], names[i]});
  return layout;
}

std::string ChooseStored(const std::vector<StoredColumn>& layout, const std::string& name) {
  std::set<std::string> taken;
  for (const StoredColumn& column : layout) taken.insert(FoldCase(column.stored));
  std::string stored = name;
  for (int attempt = 2; taken.contains(FoldCase(stored)); ++attempt)
    stored = fmt::format("{}__{}", name, attempt);
  return stored;
}

void ChooseShown(StoredTable& version, std::vector<Error>& notices) {
  const std::vector<std::string> names = ChooseColumns(version.schema, notices);
  std::set<std::string> taken;
  for (size_t i = 0; i < names.size(); ++i) {
    for (StoredColumn& column : version.layout) {
      if (column.id == version.schema.columns[i].id) column.shown = names[i];
    }
    taken.insert(FoldCase(names[i]));
  }
  for (StoredColumn& column : version.layout) {
    if (!column.dropped) continue;
    const std::string name = column.shown.substr(0, column.shown.find(kDroppedMark));
    for (int number = 1; taken.contains(FoldCase(column.shown)); ++number)
      column.shown = fmt::format("{}{}{}", name, kDroppedMark, number);
    taken.insert(FoldCase(column.shown));
  }
}

std::optional<Error> RefuseName(const std::string& table) {
  const std::string schema = table.substr(0, table.find('.'));
  if (!renkei::duckdb::IsReservedSchema(schema)) return std::nullopt;
  return Error(kReservedSchema, {{"table", table}, {"schema", schema}});
}

Status ChooseNames(const StoredTables& tables, StoredTable& version, std::vector<Error>& notices) {
  const std::string table = version.schema.qualified_name();
  if (auto refused = RefuseName(table)) return *refused;
  const auto known = tables.Find(version.source, version.schema.table);
  if (const auto& earlier = known.shown != nullptr ? known.shown : known.coming;
      earlier != nullptr && earlier->schema.qualified_name() == table) {
    version.view_schema = earlier->view_schema;
    version.view_name = earlier->view_name;
  } else {
    version.view_schema = ChooseSchema(tables, version.schema.schema);
    version.view_name = version.schema.name;
    if (const auto taken = FindTaken(tables, version, version.view_name); taken != nullptr) {
      if (taken->schema.qualified_name() == table) {
        return Error(kNameTaken,
                     {{"table", table}, {"destination", version.destination()}, {"other", taken->source}});
      }
      version.view_name = Distinguished(version.view_name);
    }
    if (version.destination() != table) {
      notices.push_back(Error(kRenamed, {{"table", table}, {"destination", version.destination()}}));
    }
  }
  version.layout = ChooseLayout(version.schema, notices);
  version.SettleColumns();
  version.storage = ChooseStorage(tables, version);
  return {};
}

}  // namespace renkei::sinks::duckdb
