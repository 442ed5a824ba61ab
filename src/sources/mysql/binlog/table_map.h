// The table map that stands before the rows events of a statement:
//
//   table map := table-id:u48 flags:u16 schema-length:u8 schema 0 table-length:u8 table 0
//                width:packed type:u8[width] metadata-bytes:packed metadata nullable:bits[width] optional...
//   optional  := kind:u8 length:packed value
//     1 signedness: bits over the numeric columns, the first in the highest bit; set = unsigned
//     2, 3 collation of the character columns: default, then (column, collation)... or all of them
//     4 names   5 SET members   6 ENUM members: per column a count, then texts
//     12 visibility: bits over all columns, from MySQL alone
//     8, 9 primary key   10, 11 collation of ENUM and SET columns, as 2 and 3
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sources/mysql/binlog/event.h"

namespace renkei::sources::mysql::binlog {

// The wire's type codes.
enum class WireType : uint8_t {
  kTiny = 1,
  kShort = 2,
  kLong = 3,
  kFloat = 4,
  kDouble = 5,
  kOldTimestamp = 7,
  kLongLong = 8,
  kInt24 = 9,
  kDate = 10,
  kOldTime = 11,
  kOldDateTime = 12,
  kYear = 13,
  kVarChar = 15,
  kBit = 16,
  kTimestamp = 17,
  kDateTime = 18,
  kTime = 19,
  kBlobCompressed = 140,
  kVarCharCompressed = 141,
  kVector = 242,
  kJson = 245,
  kDecimal = 246,
  kEnum = 247,
  kSet = 248,
  kBlob = 252,
  kVarString = 253,
  kString = 254,
  kGeometry = 255,
};

struct WireColumn {
  WireType type{};
  uint32_t length = 0;  // bytes at most (strings), of the length (blobs), bits, precision, fraction digits
  uint8_t scale = 0;    // decimals
  bool is_unsigned = false;
  uint16_t collation = 0;  // 0 where it has no meaning or was not sent
  std::string name;
  std::vector<std::string> members;  // in the column's own character set
};

struct TableMap {
  uint64_t id = 0;
  std::string schema;
  std::string table;
  std::vector<WireColumn> columns;
  bool full_metadata = false;  // names and signedness were sent (binlog_row_metadata=FULL)
};

struct TableName {
  uint64_t id = 0;
  std::string_view schema;
  std::string_view table;
};

// Only the front: what decides whether the table is of interest. Error: kBadEvent.
Result<TableName> ReadTableName(const Event& event);
// All of it. Errors: kBadEvent; a type whose metadata has an unknown size is kBadEvent too, as what follows
// cannot be found.
Result<TableMap> ReadTableMap(const Event& event);

}  // namespace renkei::sources::mysql::binlog
