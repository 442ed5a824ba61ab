// A column as a statement defines it, in the words that information_schema has for it, and what the rows that
// were there before it have in it.
#pragma once

#include <optional>
#include <string>

#include "core/schema.h"
#include "sources/mysql/alter.h"
#include "sources/mysql/derive.h"
#include "sources/mysql/table_extras.h"
#include "sources/mysql/values/column_type.h"

namespace renkei::sources::mysql {

// Fills in native type, character set, collation and nullability. False for what is not proven: a type or
// character set whose spelling depends on more than the statement.
struct DefinedColumn {
  std::string native_type;
  std::string charset;
  std::string collation;
  bool nullable = true;
  bool json = false;  // MariaDB's
};
std::optional<DefinedColumn> Define(const ColumnDefinition& definition, const TableExtras& table,
                                    const StatementContext& context);

// What is in the column where a row was there before it.
struct Fill {
  bool known = false;
  std::optional<std::string> value;  // as core::ColumnFill has it; none: NULL
};
Fill FillOf(const ColumnDefinition& definition, const values::ColumnType& type, bool nullable);

}  // namespace renkei::sources::mysql
