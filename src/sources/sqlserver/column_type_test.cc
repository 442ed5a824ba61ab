#include "sources/sqlserver/column_type.h"

#include <gtest/gtest.h>

#include "core/canonical.h"

namespace renkei::sources::sqlserver {
namespace {

using client::Cell;

core::ColumnSchema ColumnOf(const NativeType& type, FineTimes fine_times = FineTimes::kText) {
  core::ColumnSchema column;
  column.name = "c";
  column.native_type = ShowNativeType(type);
  column.type = TypeOf(type, fine_times).value();
  column.collation = "Japanese_CI_AS";
  return column;
}

std::string Shown(const core::ColumnSchema& column, const Cell& cell) {
  core::ColumnBuilder builder(column.type);
  if (!AppendCell(column, cell, builder)) return "unreadable";
  return core::ShowCell(builder.Finish(), 0);
}

std::string Literal(const core::ColumnSchema& column, const Cell& cell) {
  core::ColumnBuilder builder(column.type);
  EXPECT_TRUE(AppendCell(column, cell, builder));
  return KeyLiteral(column, builder.Finish(), 0);
}

Cell Moment(int32_t days, int64_t ticks, int16_t offset = 0) {
  Cell cell;
  cell.form = Cell::Form::kMoment;
  cell.days = days;
  cell.ticks = ticks;
  cell.offset_minutes = offset;
  return cell;
}

Cell Decimal(core::Int128 value, uint8_t scale) {
  Cell cell;
  cell.form = Cell::Form::kDecimal;
  cell.decimal = value;
  cell.scale = scale;
  return cell;
}

Cell Text(std::string_view text) {
  Cell cell;
  cell.form = Cell::Form::kText;
  cell.bytes = text;
  return cell;
}

TEST(ColumnType, IsSpeltAsTheServerDoes) {
  EXPECT_EQ(ShowNativeType({"nvarchar", 80}), "nvarchar(40)");
  EXPECT_EQ(ShowNativeType({"varchar", -1}), "varchar(max)");
  EXPECT_EQ(ShowNativeType({"decimal", 9, 12, 2}), "decimal(12,2)");
  EXPECT_EQ(ShowNativeType({"datetime2", 8, 27, 7}), "datetime2(7)");
  EXPECT_FALSE(TypeOf({"cursor"}, FineTimes::kText));
}

TEST(ColumnType, SevenDigitsAreKeptOrCutOffAsAsked) {
  const Cell cell = Moment(0, 1'234'567);
  EXPECT_EQ(Shown(ColumnOf({"datetime2", 8, 27, 7}), cell), "'1970-01-01 00:00:00.1234567'");
  EXPECT_EQ(Shown(ColumnOf({"datetime2", 8, 27, 7}, FineTimes::kTruncate), cell),
            "1970-01-01 00:00:00.123456");
  EXPECT_EQ(Shown(ColumnOf({"datetimeoffset", 10, 34, 7}), Moment(0, 0, -90)),
            "'1969-12-31 22:30:00.0000000 -01:30'");
}

TEST(ColumnType, DecimalsAreExact) {
  EXPECT_EQ(Shown(ColumnOf({"money"}), Decimal(-5, 4)), "-0.0005");
  EXPECT_EQ(Shown(ColumnOf({"decimal", 5, 5, 2}), Decimal(-150, 2)), "-1.50");
  EXPECT_EQ(Shown(ColumnOf({"decimal", 5, 5, 2}), Decimal(-150, 3)), "unreadable");
}

TEST(ColumnType, KeysCompareInTheColumnsOwnType) {
  EXPECT_EQ(Literal(ColumnOf({"nvarchar", 80}), Text("it's")), "N'it''s'");
  EXPECT_EQ(Literal(ColumnOf({"varchar", 10}), Text("x")),
            "CONVERT(varchar(10), N'x' COLLATE Japanese_CI_AS)");
  EXPECT_EQ(Literal(ColumnOf({"decimal", 9, 12, 2}), Decimal(-150, 2)), "CONVERT(decimal(12,2), '-1.50')");
  EXPECT_EQ(Literal(ColumnOf({"datetime"}), Moment(-1, 9'970'000)),
            "CONVERT(datetime, '1969-12-31T00:00:00.997', 126)");
  EXPECT_EQ(Literal(ColumnOf({"datetimeoffset", 10, 34, 0}), Moment(0, 0, 540)),
            "CONVERT(datetimeoffset(0), '1970-01-01 00:00:00.000000 +00:00')");
}

TEST(ColumnType, UuidsReadAsTheyAreWritten) {
  Cell cell;
  cell.form = Cell::Form::kBytes;
  const std::string raw("\x03\x02\x01\x00\x05\x04\x07\x06\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f", 16);
  cell.bytes = raw;
  EXPECT_EQ(Literal(ColumnOf({"uniqueidentifier"}), cell),
            "CONVERT(uniqueidentifier, '00010203-0405-0607-0809-0A0B0C0D0E0F')");
}

TEST(ColumnType, VariantsAreJson) {
  EXPECT_EQ(Shown(ColumnOf({"sql_variant"}), Text("nvarchar:a\"b")),
            R"('{"type": "nvarchar", "value": "a\"b"}')");
}

}  // namespace
}  // namespace renkei::sources::sqlserver
