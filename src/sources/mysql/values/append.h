// The last step of both ways a cell can come, from the binary log and from a SELECT: from what the server
// stores to what we carry, the user's policies applied. So the two agree (invariant 8).
//
// False where the bytes are no value of the type; the builder then has no new cell.
#pragma once

#include <string_view>

#include "core/column.h"
#include "sources/mysql/values/column_type.h"
#include "sources/mysql/values/temporal.h"

namespace renkei::sources::mysql::values {

bool AppendDate(const ColumnType& type, const DateTime& date, core::ColumnBuilder& out);
// DATETIME and TIMESTAMP.
bool AppendDateTime(const ColumnType& type, const DateTime& time, core::ColumnBuilder& out);
// CHAR to BLOB.
bool AppendString(const ColumnType& type, std::string_view bytes, core::ColumnBuilder& out);
bool AppendGeometry(std::string_view stored, core::ColumnBuilder& out);
bool AppendVector(std::string_view stored, core::ColumnBuilder& out);

}  // namespace renkei::sources::mysql::values
