#include "sources/sqlserver/table_catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "sources/sqlserver/codes.h"
#include "sources/sqlserver/column_type.h"
#include "sources/sqlserver/database_state.h"

namespace renkei::sources::sqlserver {

namespace {

using client::Connection;
using client::TextRow;

int64_t Number(const std::optional<std::string>& text) {
  int64_t value = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

using RowsByObject = std::map<std::string, std::vector<TextRow>>;

// Rows whose first cell is the object's number.
Result<RowsByObject> ReadByObject(Connection& connection, const std::string& statement) {
  ASSIGN_OR_RETURN(auto rows, connection.Query(statement));
  RowsByObject found;
  for (TextRow& row : rows) found[row[0].value_or("")].push_back(std::move(row));
  return found;
}

struct Catalog {
  std::vector<TextRow> tables;
  RowsByObject columns;
  RowsByObject keys;
  RowsByObject counts;
};

// `only`: a condition on the table t.
Result<Catalog> ReadCatalog(Connection& connection, const std::string& only) {
  Catalog catalog;
  ASSIGN_OR_RETURN(
      catalog.tables,
      connection.Query("SELECT t.object_id, s.name, t.name, t.modify_date, ct.begin_version, it.object_id, "
                       "ct.object_id FROM sys.tables AS t JOIN sys.schemas AS s ON s.schema_id = t.schema_id "
                       "LEFT JOIN sys.change_tracking_tables AS ct ON ct.object_id = t.object_id "
                       "LEFT JOIN sys.internal_tables AS it ON it.parent_object_id = t.object_id AND "
                       "it.internal_type = 209 WHERE t.is_ms_shipped = 0" +
                       only + " ORDER BY s.name, t.name"));
  ASSIGN_OR_RETURN(
      catalog.columns,
      ReadByObject(connection,
                   "SELECT c.object_id, c.column_id, c.name, base.name, own.name, c.max_length, c.precision, "
                   "c.scale, c.collation_name, c.is_nullable, c.is_computed FROM sys.columns AS c "
                   "JOIN sys.tables AS t ON t.object_id = c.object_id JOIN sys.schemas AS s ON s.schema_id = "
                   "t.schema_id LEFT JOIN sys.types AS base ON "
                   "base.user_type_id = c.system_type_id LEFT JOIN sys.types AS own ON own.user_type_id = "
                   "c.user_type_id WHERE t.is_ms_shipped = 0" +
                       only + " ORDER BY c.object_id, c.column_id"));
  ASSIGN_OR_RETURN(
      catalog.keys,
      ReadByObject(
          connection,
          "SELECT i.object_id, k.column_id FROM sys.indexes AS i JOIN sys.index_columns AS k ON "
          "k.object_id = i.object_id AND k.index_id = i.index_id JOIN sys.tables AS t ON t.object_id "
          "= i.object_id JOIN sys.schemas AS s ON s.schema_id = t.schema_id "
          "WHERE i.is_primary_key = 1 AND k.key_ordinal > 0" +
              only + " ORDER BY i.object_id, k.key_ordinal"));
  ASSIGN_OR_RETURN(
      catalog.counts,
      ReadByObject(connection,
                   "SELECT p.object_id, SUM(p.rows) FROM sys.partitions AS p WHERE p.index_id IN "
                   "(0, 1) GROUP BY p.object_id"));
  return catalog;
}

bool Wanted(const std::vector<std::string>& columns, const std::string& name) {
  return columns.empty() || std::ranges::find(columns, name) != columns.end();
}

// A table's columns, out of the catalog's rows; an error of the table.
Result<std::vector<core::ColumnSchema>> MakeColumns(const std::vector<TextRow>& rows, const Options& options,
                                                    const core::TableSchema& table) {
  const auto wanted = ColumnsOf(options, table.schema, table.name);
  std::vector<core::ColumnSchema> columns;
  for (const TextRow& row : rows) {
    core::ColumnSchema column;
    column.name = row[2].value_or("");
    if (!Wanted(wanted, column.name)) continue;
    NativeType type;
    type.name = row[3] ? *row[3] : row[4].value_or("");
    type.max_length = static_cast<int>(Number(row[5]));
    type.precision = static_cast<int>(Number(row[6]));
    type.scale = static_cast<int>(Number(row[7]));
    const auto neutral = TypeOf(type, options.fine_times);
    column.native_type = ShowNativeType(type);
    if (!neutral) {
      return Error(kUnsupportedColumn, {{"table", table.qualified_name()},
                                        {"column", column.name},
                                        {"type", row[4].value_or(column.native_type)}});
    }
    column.type = *neutral;
    column.id = static_cast<uint32_t>(Number(row[1]));
    column.collation = row[8].value_or("");
    column.nullable = Number(row[9]) != 0;
    column.generated = Number(row[10]) != 0;
    columns.push_back(std::move(column));
  }
  for (const std::string& name : wanted) {
    if (std::ranges::find(columns, name, &core::ColumnSchema::name) == columns.end())
      return Error(kNoSuchColumn, {{"table", table.qualified_name()}, {"column", name}});
  }
  return columns;
}

Status SetKey(const Catalog& catalog, const std::string& object, core::TableSchema& table) {
  const auto keys = catalog.keys.find(object);
  if (keys == catalog.keys.end()) return Error(kNoKey, {{"table", table.qualified_name()}});
  for (const TextRow& row : keys->second) {
    const auto id = static_cast<uint32_t>(Number(row[1]));
    const auto column = std::ranges::find(table.columns, id, &core::ColumnSchema::id);
    if (column == table.columns.end()) {
      const auto& all = catalog.columns.at(object);
      const auto left_out =
          std::ranges::find_if(all, [&](const TextRow& one) { return Number(one[1]) == Number(row[1]); });
      return Error(kKeyColumnLeftOut, {{"table", table.qualified_name()},
                                       {"column", left_out == all.end() ? "" : (*left_out)[2].value_or("")}});
    }
    table.key.push_back(static_cast<uint16_t>(column - table.columns.begin()));
  }
  table.key_kind = core::KeyKind::kPrimary;
  return {};
}

Result<FoundTable> MakeTable(const Catalog& catalog, const TextRow& row, const Options& options) {
  const std::string object = row[0].value_or("");
  FoundTable found;
  core::TableSchema& table = found.schema;
  table.schema = row[1].value_or("");
  table.name = row[2].value_or("");
  table.native_id = NativeId(object, row[5].value_or("-"), row[4].value_or("-"));
  found.modified = row[3].value_or("");
  if (const auto counts = catalog.counts.find(object); counts != catalog.counts.end())
    found.rows_estimated = static_cast<uint64_t>(Number(counts->second.front()[1]));
  const auto columns = catalog.columns.find(object);
  if (columns == catalog.columns.end()) return Error(kNoSelectRight, {{"table", table.qualified_name()}});
  ASSIGN_OR_RETURN(table.columns, MakeColumns(columns->second, options, table));
  RETURN_IF_ERROR(SetKey(catalog, object, table));
  if (!row[6]) return Error(kTableNotTracked, {{"table", table.qualified_name()}});
  return found;
}

Discovery Select(const Catalog& catalog, const Options& options) {
  const config::TablePatterns patterns = TablesOf(options);
  Discovery discovery;
  for (const TextRow& row : catalog.tables) {
    const std::string name = row[1].value_or("") + "." + row[2].value_or("");
    if (!patterns.Matches(name)) continue;
    // Without a list, what is tracked is what is meant.
    if (options.tables.empty() && !row[6]) continue;
    auto found = MakeTable(catalog, row, options);
    if (found.ok()) {
      discovery.tables.push_back(*std::move(found));
    } else {
      discovery.findings.push_back({found.error(), name});
    }
  }
  return discovery;
}

}  // namespace

Result<Discovery> DiscoverTables(Connection& connection, const Options& options) {
  ASSIGN_OR_RETURN(const Catalog catalog, ReadCatalog(connection, ""));
  Discovery discovery = Select(catalog, options);
  const auto named = TablesOf(options).NamedTables();
  for (const std::string& name : named) {
    const bool there = std::ranges::any_of(catalog.tables, [&](const TextRow& row) {
      return row[1].value_or("") + "." + row[2].value_or("") == name;
    });
    if (!there) discovery.findings.push_back({Error(kTableMissing, {{"table", name}}), name});
  }
  return discovery;
}

Result<Discovery> DiscoverTable(Connection& connection, const Options& options,
                                const std::string& qualified_name) {
  const size_t dot = qualified_name.find('.');
  CHECK(dot != std::string::npos);
  ASSIGN_OR_RETURN(const Catalog catalog,
                   ReadCatalog(connection, fmt::format(" AND s.name = {} AND t.name = {}",
                                                       client::QuoteText(qualified_name.substr(0, dot)),
                                                       client::QuoteText(qualified_name.substr(dot + 1)))));
  return Select(catalog, options);
}

std::string QuoteTable(const core::TableSchema& table) {
  return client::QuoteName(table.schema) + "." + client::QuoteName(table.name);
}

std::string SelectList(const core::TableSchema& table, const std::string& alias) {
  std::string list;
  for (const core::ColumnSchema& column : table.columns)
    list += (list.empty() ? "" : ", ") + SelectExpression(column, alias);
  return list;
}

std::string KeyList(const core::TableSchema& table, const std::string& alias) {
  std::string list;
  for (const uint16_t place : table.key)
    list += (list.empty() ? "" : ", ") + alias + "." + client::QuoteName(table.columns[place].name);
  return list;
}

}  // namespace renkei::sources::sqlserver
