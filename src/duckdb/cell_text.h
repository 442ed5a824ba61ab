// Values as text, as DuckDB's own CAST to VARCHAR writes them.
#pragma once

#include <string>

#include "duckdb/column_reader.h"

namespace renkei::duckdb {

// Appends the text of a cell that is no null. Nothing for the class kNested.
void AppendCellText(const ColumnInfo& info, const VectorView& vector, size_t row, std::string& to);

}  // namespace renkei::duckdb
