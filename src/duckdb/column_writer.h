// From our columns to DuckDB's vectors.
#pragma once

#include <cstdint>

#include "core/column.h"
#include "duckdb/handles.h"

namespace renkei::duckdb {

enum class WriteOutcome : uint8_t {
  kDone,
  kNotUtf8,  // a text is none
  kNoValue,  // a cell is neither a value nor null
};

// Copies the cells [first, first + rows) to the vector's rows from `to` on.
WriteOutcome WriteColumn(const core::Column& column, uint32_t first, uint32_t rows, _duckdb_vector* vector,
                         uint32_t to);
// NULL in the vector's rows [to, to + rows).
void WriteNulls(uint32_t rows, _duckdb_vector* vector, uint32_t to);

}  // namespace renkei::duckdb
