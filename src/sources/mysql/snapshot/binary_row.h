// Rows of the binary protocol:
//
//   row      := nulls:bits, the first column in bit 2; then the cells that are not null
//   tiny short year int24 long longlong float double := 1 2 2 4 4 8 4 8 bytes, little-endian
//   date datetime timestamp := length:u8 of 0, 4, 7 or 11: year:u16 month day [hour minute second
//   [micros:u32]] time     := length:u8 of 0, 8 or 12: negative:u8 days:u32 hour minute second [micros:u32]
//   the rest := length:packed bytes; decimals as digits, bits big-endian, ENUM, SET, JSON, UUID and INET as
//   text
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/column.h"
#include "core/schema.h"
#include "sources/mysql/client/connection.h"
#include "sources/mysql/values/column_type.h"

namespace renkei::sources::mysql::snapshot {

// The types of the selected columns, in the order of the schema. Immutable.
class BinaryRowPlan {
 public:
  explicit BinaryRowPlan(const core::TableSchema& schema);

  enum class Outcome : uint8_t { kOk, kTruncated, kUnreadable };
  struct RowResult {
    Outcome outcome = Outcome::kOk;
    uint16_t column = 0;
  };
  // Appends one cell to each of the builders; after anything but kOk the row is only partly there.
  RowResult Decode(client::Packet row, std::vector<core::ColumnBuilder>& out) const;

 private:
  std::vector<values::ColumnType> columns_;
};

}  // namespace renkei::sources::mysql::snapshot
