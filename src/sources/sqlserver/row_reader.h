// Rows of a running batch into columns.
#pragma once

#include "core/batch_builder.h"
#include "core/schema.h"
#include "sources/sqlserver/client/connection.h"

namespace renkei::sources::sqlserver {

// The row's cells from `first` on, one a column of the schema, into `to`. Errors, of the table:
// kUnreadableCell, kValueTooLarge.
Status AppendRow(const client::Connection& connection, int first, const core::TableSchema& table,
                 uint64_t value_max, std::vector<core::ColumnBuilder>& to);
// Likewise the key's columns only, in the key's order.
Status AppendKey(const client::Connection& connection, int first, const core::TableSchema& table,
                 std::vector<core::ColumnBuilder>& to);
// A row without these cells.
void AppendAbsent(std::vector<core::ColumnBuilder>& to);

}  // namespace renkei::sources::sqlserver
