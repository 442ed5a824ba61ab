#include "sources/sqlserver/row_reader.h"

#include "sources/sqlserver/codes.h"
#include "sources/sqlserver/column_type.h"

namespace renkei::sources::sqlserver {

namespace {

Error Unreadable(const core::TableSchema& table, const core::ColumnSchema& column) {
  return Error(kUnreadableCell,
               {{"table", table.qualified_name()}, {"column", column.name}, {"type", column.native_type}});
}

}  // namespace

Status AppendRow(const client::Connection& connection, int first, const core::TableSchema& table,
                 uint64_t value_max, std::vector<core::ColumnBuilder>& to) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const core::ColumnSchema& column = table.columns[i];
    const client::Cell cell = connection.Get(first + static_cast<int>(i));
    if (cell.bytes.size() > value_max) {
      return Error(kValueTooLarge, {{"table", table.qualified_name()},
                                    {"column", column.name},
                                    {"bytes", std::to_string(cell.bytes.size())},
                                    {"max_value", std::to_string(value_max)}});
    }
    if (!AppendCell(column, cell, to[i])) return Unreadable(table, column);
  }
  return {};
}

Status AppendKey(const client::Connection& connection, int first, const core::TableSchema& table,
                 std::vector<core::ColumnBuilder>& to) {
  for (size_t i = 0; i < table.key.size(); ++i) {
    const core::ColumnSchema& column = table.columns[table.key[i]];
    if (!AppendCell(column, connection.Get(first + static_cast<int>(i)), to[i]))
      return Unreadable(table, column);
  }
  return {};
}

void AppendAbsent(std::vector<core::ColumnBuilder>& to) {
  for (core::ColumnBuilder& column : to) column.Without(core::CellState::kAbsent);
}

}  // namespace renkei::sources::sqlserver
