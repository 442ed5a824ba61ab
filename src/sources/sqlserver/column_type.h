// What a column is at the server, what it becomes, and how it is asked for. One description serves changes,
// copies and the schema, so that a cell has the same value from each (invariant 8).
//
//   char, nchar, varchar, nvarchar, text, ntext, xml, hierarchyid → text
//   money → decimal(19,4), smallmoney → decimal(10,4), tinyint → uint8, uniqueidentifier → uuid
//   datetime, smalldatetime, datetime2(0..6) → timestamp; datetimeoffset(0..6) → timestamptz (the instant)
//   time(0..6) → duration since midnight; those with 7 digits → text, or the same with the digit cut off
//   binary, varbinary, image, rowversion, geography, geometry (as stored) → bytes
//   sql_variant → JSON {"type": ..., "value": ...}
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/schema.h"
#include "sources/sqlserver/client/cell.h"
#include "sources/sqlserver/config.h"

namespace renkei::sources::sqlserver {

// A row of sys.columns, with the name of its system type.
struct NativeType {
  std::string name;
  int max_length = 0;  // bytes; -1: max
  int precision = 0;
  int scale = 0;
};

// "nvarchar(40)", "decimal(12,2)".
std::string ShowNativeType(const NativeType& type);
// Nothing for a type that we do not carry.
std::optional<core::Type> TypeOf(const NativeType& type, FineTimes fine_times);

// The column of the table called `alias`, as it is asked for.
std::string SelectExpression(const core::ColumnSchema& column, std::string_view alias);
// False for a cell that is not what the column was said to be.
bool AppendCell(const core::ColumnSchema& column, const client::Cell& cell, core::ColumnBuilder& to);
// The value as T-SQL that compares with the column by its index.
std::string KeyLiteral(const core::ColumnSchema& column, const core::Column& cells, uint32_t row);

}  // namespace renkei::sources::sqlserver
