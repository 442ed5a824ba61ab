// Events recorded from a MariaDB 10.11 with FULL images and metadata, for tests:
//
//   CREATE TABLE r (id INT UNSIGNED NOT NULL, name VARCHAR(20) CHARACTER SET utf8mb4, price DECIMAL(7,2),
//                   at DATETIME(3), kind ENUM('new','old') CHARACTER SET latin1, b BINARY(3), PRIMARY KEY
//                   (id))
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/schema.h"
#include "sources/mysql/values/column_type.h"

namespace renkei::sources::mysql::binlog::recorded {

inline constexpr const char* kRotate =
    "6ec1066b04010000002c000000dc0200000000040000000000000062696e6c6f672e303030303033e16dfa62";
inline constexpr const char* kGtid =
    "6ec1066ba2010000002a000000a501000008000a00000000000000000000000c00000000000036227619";
inline constexpr const char* kTableMap =
    "6ec1066b13010000006c0000001102000000003d010000000001000473686f700001720006030ff612fefe095000070203f701fe"
    "033e01"
    "018003022d3f0418026964046e616d65057072696365026174046b696e6401620a0108060902036e6577036f6c640801009c2a3c"
    "b9";
inline constexpr const char* kInsert =
    "6ec1066b1701000000430000005402000000003d01000000000100063fc00100000009e3828ae38293e381947ffff3dd99b2bac8"
    "b81ed202"
    "010afe00286beeaa609a72";
inline constexpr const char* kUpdateOfKey =
    "6ec1066b18010000005c0000006503000000003d01000000000100063f3fc00100000009e3828ae38293e381947ffff3dd99b2ba"
    "c8b81ed2"
    "02010ac00200000009e3828ae38293e3819481869f6399b2bac8b81ed202010a0fabdefc";
inline constexpr const char* kUpdate =
    "6ec1066b1801000000540000006e04000000003d01000000000100063f3fc00200000009e3828ae38293e3819481869f6399b2ba"
    "c8b81ed2"
    "02010ac002000000017881869f6399b2bac8b81ed202010afcb4638e";
inline constexpr const char* kDelete =
    "6ec1066b1901000000260000004905000000003d01000000000100063ffe00286bee20833d87";
inline constexpr const char* kXid = "6ec1066b10010000001f000000680500000000290000000000000080913fb8";
inline constexpr const char* kTruncate =
    "6ec1066b020100000053000000e505000000000d000000000000000400001a000000000001010000205400000000060373746404"
    "2d002d00"
    "2d0073686f70007472756e63617465207461626c652072b2668c5c";
inline constexpr const char* kMinimalInsert =
    "6ec1066b170100000028000000a306000000003f010000000001000603fc07000000016d36e3b6b4";

inline std::vector<std::byte> FromHex(std::string_view hex) {
  std::vector<std::byte> bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return bytes;
}

inline core::ColumnSchema Column(const char* name, const char* native, const char* charset = "") {
  core::ColumnSchema column;
  column.name = name;
  column.native_type = native;
  column.charset = charset;
  column.type = values::ParseColumnType(native, charset, false)->type;
  return column;
}

inline core::TableSchema Schema() {
  core::TableSchema schema;
  schema.table = core::TableId{1};
  schema.schema = "shop";
  schema.name = "r";
  schema.columns = {Column("id", "int(10) unsigned"),
                    Column("name", "varchar(20)", "utf8mb4"),
                    Column("price", "decimal(7,2)"),
                    Column("at", "datetime(3)"),
                    Column("kind", "enum('new','old')", "latin1"),
                    Column("b", "binary(3)")};
  schema.key_kind = core::KeyKind::kPrimary;
  schema.key = {0};
  return schema;
}

inline std::string_view CharsetOf(uint16_t collation) {
  switch (collation) {
    case 8:
      return "latin1";
    case 45:
      return "utf8mb4";
    case 63:
      return "binary";
    default:
      return "";
  }
}

}  // namespace renkei::sources::mysql::binlog::recorded
