// From DuckDB's vectors to our columns.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "core/column.h"
#include "duckdb/rows.h"

namespace renkei::duckdb {

// One flat vector of a result chunk, which must outlive the view.
struct VectorView {
  const std::byte* data = nullptr;
  const uint64_t* validity = nullptr;  // a bit a row; nullptr: all rows are values
  size_t rows = 0;
  const std::byte* elements = nullptr;  // of a list

  bool is_null(size_t row) const {
    return validity != nullptr && ((validity[row / 64] >> (row % 64)) & 1) == 0;
  }
  template <class T>
  T cell(size_t row) const {
    return reinterpret_cast<const T*>(data)[row];
  }
  // Of a VARCHAR or BLOB.
  std::string_view bytes(size_t row) const;
};

Status ReadColumn(const ColumnInfo& info, const VectorView& vector, core::ColumnBuilder& to);

// A UUID's bytes, as they are written.
std::array<uint8_t, 16> UuidCell(const VectorView& vector, size_t row);

// A decimal's unscaled value, whatever width its cells have.
core::Int128 DecimalCell(const ColumnInfo& info, const VectorView& vector, size_t row);

}  // namespace renkei::duckdb
