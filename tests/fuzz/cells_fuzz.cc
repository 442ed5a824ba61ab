// Any bytes as cells of a column of each type: a value, refused, never more; and skipping a cell ends where
// decoding it does.
//
//   input := kind:u8 bytes          kind: a place in kColumns; the bytes are cells, one after the other
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "core/column.h"
#include "sources/mysql/binlog/row_plan.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace renkei;                  // NOLINT: a program of its own
using namespace renkei::sources::mysql;  // NOLINT

using binlog::WireType;

struct FuzzedColumn {
  const char* native;
  const char* charset;
  WireType wire;
  uint32_t wire_length;
  bool json = false;
  values::Reading reading = {};
};

const FuzzedColumn kColumns[] = {
    {"tinyint(4)", "", WireType::kTiny, 0},
    {"mediumint(9)", "", WireType::kInt24, 0},
    {"bigint(20) unsigned", "", WireType::kLongLong, 0},
    {"double", "", WireType::kDouble, 8},
    {"decimal(10,3)", "", WireType::kDecimal, 10},
    {"decimal(38,30)", "", WireType::kDecimal, 38},
    {"decimal(65,30)", "", WireType::kDecimal, 65},
    {"bit(33)", "", WireType::kBit, 33},
    {"year(4)", "", WireType::kYear, 0},
    {"date", "", WireType::kDate, 0},
    {"date", "", WireType::kDate, 0, false, {.zero_dates = values::ZeroDates::kText}},
    {"time(6)", "", WireType::kTime, 6},
    {"time(3) /* mariadb-5.3 */", "", WireType::kOldTime, 3},
    {"datetime(6)", "", WireType::kDateTime, 6},
    {"datetime(2) /* mariadb-5.3 */", "", WireType::kOldDateTime, 2},
    {"timestamp(4)", "", WireType::kTimestamp, 4},
    {"char(10)", "utf8mb4", WireType::kString, 40},
    {"varchar(300)", "cp932", WireType::kVarChar, 600},
    {"varchar(30)", "eucjpms", WireType::kVarChar, 90, false, {.invalid_text = values::TextPolicy::kReplace}},
    {"varchar(30) /*M!100301 COMPRESSED*/", "utf8mb4", WireType::kVarCharCompressed, 120},
    {"text", "utf16le", WireType::kBlob, 2},
    {"mediumblob", "", WireType::kBlob, 3},
    {"blob /*M!100301 COMPRESSED*/", "", WireType::kBlobCompressed, 2},
    {"binary(16)", "", WireType::kString, 16},
    {"enum('a','b','高')", "utf8mb4", WireType::kEnum, 1},
    {"set('a','b','c','d','e','f','g','h','i')", "utf8mb4", WireType::kSet, 2},
    {"json", "", WireType::kJson, 4, true},
    {"geometry", "", WireType::kGeometry, 4},
    {"vector(3)", "", WireType::kVector, 2},
    {"uuid", "", WireType::kString, 16},
    {"inet4", "", WireType::kString, 4},
    {"inet6", "", WireType::kString, 16},
};

std::vector<binlog::ColumnPlan> MakePlans() {
  std::vector<binlog::ColumnPlan> plans;
  for (const FuzzedColumn& column : kColumns) {
    const auto type = values::ParseColumnType(column.native, column.charset, column.json, column.reading);
    CHECK(type.has_value());
    binlog::WireColumn wire;
    wire.type = column.wire;
    wire.length = column.wire_length;
    plans.push_back(binlog::PlanColumn(*type, wire));
  }
  return plans;
}

std::string Seed(size_t kind, std::string_view bytes) {
  std::string seed(1, static_cast<char>(kind));
  return seed.append(bytes);
}

size_t PlaceOf(WireType wire) {
  size_t place = 0;
  while (kColumns[place].wire != wire) ++place;
  return place;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::vector<binlog::ColumnPlan> plans = MakePlans();
  if (size == 0) return 0;
  const binlog::ColumnPlan& plan = plans[data[0] % plans.size()];
  core::ColumnBuilder cells(plan.type.type);
  binlog::Cursor cursor{data + 1, data + size};
  while (cursor.left() > 0) {
    binlog::Cursor skipped = cursor;
    const uint32_t rows = cells.rows();
    const uint8_t* const begin = cursor.at;
    const binlog::Outcome outcome = plan.decode(plan, cursor, cells);
    CHECK_LE(cursor.at, data + size);
    CHECK_EQ(cells.rows(), rows + (outcome == binlog::Outcome::kOk ? 1 : 0));
    if (outcome == binlog::Outcome::kTruncated) {
      CHECK(!plan.skip(plan, skipped));
      break;
    }
    CHECK(plan.skip(plan, skipped));
    CHECK(skipped.at == cursor.at);
    if (cursor.at == begin) break;
  }
  (void)cells.Finish();
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  using namespace std::string_view_literals;  // NOLINT: bytes with zeros in them
  std::vector<std::string> seeds;
  for (size_t kind = 0; kind < std::size(kColumns); ++kind)
    seeds.push_back(Seed(kind, "\x03\x00\x00\x00 abc"sv));
  // {"a": 1, "b": [true, "x"]}
  seeds.push_back(Seed(PlaceOf(WireType::kJson),
                       "\x21\x00\x00\x00"
                       "\x00\x02\x00\x20\x00\x12\x00\x01\x00\x13\x00\x01\x00\x05\x01\x00\x02\x14\x00"
                       "ab"
                       "\x02\x00\x0c\x00\x04\x01\x00\x0c\x0a\x00\x01x"sv));
  // POINT(1 2), SRID 4326
  seeds.push_back(Seed(PlaceOf(WireType::kGeometry),
                       "\x19\x00\x00\x00\xe6\x10\x00\x00\x01\x01\x00\x00\x00"
                       "\x00\x00\x00\x00\x00\x00\xf0\x3f\x00\x00\x00\x00\x00\x00\x00\x40"sv));
  seeds.push_back(Seed(PlaceOf(WireType::kDecimal), "\x80\x00\x00\x7b\x01\xc8"sv));
  return seeds;
}
