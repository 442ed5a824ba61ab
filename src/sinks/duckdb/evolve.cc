#include "sinks/duckdb/evolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "duckdb/sql_text.h"
#include "duckdb/types.h"
#include "sinks/duckdb/naming.h"

namespace renkei::sinks::duckdb {

namespace {

using renkei::duckdb::QuoteName;
using renkei::duckdb::QuoteText;
using renkei::duckdb::SqlType;

const core::ColumnSchema* FindById(const core::TableSchema& schema, uint32_t id) {
  const auto found = std::ranges::find(schema.columns, id, &core::ColumnSchema::id);
  return found == schema.columns.end() ? nullptr : &*found;
}

std::string AlterTable(const StoredTable& table) {
  return fmt::format("ALTER TABLE _renkei.{} ", QuoteName(table.storage));
}

Status AddColumn(renkei::duckdb::Connection& connection, const core::SchemaChange& change,
                 const core::ColumnSchema& column, StoredTable& table) {
  const std::string stored = ChooseStored(table.layout, column.name);
  std::string statement =
      fmt::format("{}ADD COLUMN {} {}", AlterTable(table), QuoteName(stored), SqlType(column.type));
  // A literal: DuckDB makes an UPDATE of any other default.
  const auto fill = std::ranges::find(change.fills, column.id, &core::ColumnFill::column);
  if (fill != change.fills.end()) statement += " DEFAULT " + QuoteText(fill->value);
  table.layout.push_back({column.id, stored, column.name});
  return connection.Execute(statement);
}

}  // namespace

Status PrepareStorage(renkei::duckdb::Connection& connection,
                      const std::vector<const core::SchemaChange*>& changes, SchemaChanges mode,
                      StoredTable& table) {
  std::map<uint32_t, core::Type> types;
  for (const core::ColumnSchema& column : table.schema.columns) types[column.id] = column.type;
  std::map<uint32_t, core::Type> widened;
  for (const core::SchemaChange* change : changes) {
    for (const core::ColumnSchema& column : change->schema.columns) {
      const auto known = types.find(column.id);
      if (known == types.end()) {
        types[column.id] = column.type;
        if (mode != SchemaChanges::kIgnore) RETURN_IF_ERROR(AddColumn(connection, *change, column, table));
      } else if (known->second != column.type && table.FindStored(column.id) != nullptr) {
        known->second = widened[column.id] = column.type;
      }
    }
  }
  for (const auto& [id, type] : widened) {
    RETURN_IF_ERROR(connection.Execute(fmt::format("{}ALTER COLUMN {} TYPE {}", AlterTable(table),
                                                   QuoteName(table.FindStored(id)->stored), SqlType(type))));
  }
  return {};
}

void Evolve(const core::TableSchema& schema, SchemaChanges mode, StoredTable& table,
            std::vector<Error>& notices) {
  table.schema = schema;
  // A column that comes later in this cycle is not there yet.
  for (StoredColumn& column : table.layout) {
    const bool was_there = std::ranges::count(table.columns, column.stored) > 0;
    if (was_there && FindById(schema, column.id) == nullptr) column.dropped = true;
  }
  table.SettleColumns();
  if (mode != SchemaChanges::kIgnore) ChooseShown(table, notices);
}

void LeaveOutNewColumns(const StoredTable& shown, StoredTable& version) {
  std::erase_if(version.layout, [&](const StoredColumn& column) {
    return std::ranges::none_of(shown.layout, [&](const StoredColumn& seen) {
      return renkei::duckdb::FoldCase(seen.shown) == renkei::duckdb::FoldCase(column.shown);
    });
  });
  // Keys are needed to apply anything.
  std::vector<Error> told_already;
  for (const StoredColumn& column : ChooseLayout(version.schema, told_already)) {
    const bool in_key = std::ranges::any_of(
        version.schema.key, [&](uint16_t place) { return version.schema.columns[place].id == column.id; });
    if (in_key && version.FindStored(column.id) == nullptr) version.layout.push_back(column);
  }
  // The storage is made in the schema's order.
  std::ranges::sort(version.layout, {}, [&](const StoredColumn& column) {
    return std::ranges::find(version.schema.columns, column.id, &core::ColumnSchema::id) -
           version.schema.columns.begin();
  });
  version.SettleColumns();
}

core::TableSchema SameNumbers(const core::TableSchema& before, core::TableSchema after) {
  uint32_t next = 0;
  for (const core::ColumnSchema& column : before.columns) next = std::max(next, column.id);
  for (core::ColumnSchema& column : after.columns) {
    const auto place = before.FindColumn(column.name);
    column.id = place ? before.columns[*place].id : ++next;
  }
  return after;
}

std::string ShowColumnChanges(const core::TableSchema& before, const core::TableSchema& after) {
  std::string shown;
  const auto tell = [&](const char* what, const std::string& column) {
    shown += fmt::format("{}{} {}", shown.empty() ? "" : ", ", what, column);
  };
  for (const core::ColumnSchema& column : before.columns) {
    const core::ColumnSchema* now = FindById(after, column.id);
    if (now == nullptr) {
      tell("DROP", column.name);
    } else if (now->name != column.name) {
      tell("RENAME", column.name + " TO " + now->name);
    } else if (now->type != column.type) {
      tell("MODIFY", column.name + " " + now->native_type);
    }
  }
  for (const core::ColumnSchema& column : after.columns) {
    if (FindById(before, column.id) == nullptr) tell("ADD", column.name);
  }
  return shown;
}

}  // namespace renkei::sinks::duckdb
