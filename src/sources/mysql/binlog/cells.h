// What the decoders of row cells share; row_cells.cc chooses among them.
#pragma once

#include <cstring>

#include "sources/mysql/binlog/row_plan.h"

namespace renkei::sources::mysql::binlog {

inline uint64_t LittleEndian(const uint8_t* at, size_t bytes) {
  uint64_t value = 0;
  std::memcpy(&value, at, bytes);
  return value;
}

inline uint64_t BigEndian(const uint8_t* at, size_t bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes; ++i) value = value << 8 | at[i];
  return value;
}

// A plan for cells of `width` bytes.
ColumnPlan PlanFixed(DecodeCell decode, uint32_t width, const values::ColumnType& type);
// DATE, TIME, DATETIME, TIMESTAMP.
ColumnPlan PlanTemporal(const values::ColumnType& type);
// Cells with their length in front.
ColumnPlan PlanString(const values::ColumnType& type, const WireColumn& wire);

}  // namespace renkei::sources::mysql::binlog
