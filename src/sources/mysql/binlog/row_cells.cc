// Cells of a row image; dates and times are in temporal_cells.cc, what has a length in string_cells.cc.
// Integers and floats are little-endian; what starts with "big" is big-endian.
//
//   tiny short int24 long longlong := 1 2 3 4 8 bytes        float double := 4 8 bytes
//   decimal   := packed groups of nine digits, big (values/decimal.h)
//   bit       := big, (bits + 7) / 8 bytes                   year := u8, 0 or years after 1900
//   enum set  := little-endian number, bit mask
//   date      := u24: day 5 bits, month 4, year 15
//   time      := big u24 + 0x800000: hour 10 bits, minute 6, second 6; fraction
//   datetime  := big u40 + 0x8000000000: year*13+month 17 bits, day 5, hour 5, minute 6, second 6; fraction
//   timestamp := big u32 seconds; fraction
//   fraction  := big, (digits + 1) / 2 bytes, in units of 10^-2, 10^-4 or 10^-6; of a negative time it counts
//                backwards
#include "sources/mysql/binlog/cells.h"
#include "sources/mysql/values/decimal.h"
#include "sources/mysql/values/members.h"

namespace renkei::sources::mysql::binlog {

namespace {

using core::ColumnBuilder;
using values::ColumnType;
using values::Form;

bool SkipFixed(const ColumnPlan& plan, Cursor& cursor) {
  if (cursor.left() < plan.width) return false;
  cursor.at += plan.width;
  return true;
}

template <class Wire, class Cell = Wire>
Outcome DecodeNumber(const ColumnPlan&, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < sizeof(Wire)) return Outcome::kTruncated;
  Wire value;
  std::memcpy(&value, cursor.at, sizeof(Wire));
  cursor.at += sizeof(Wire);
  out.Fixed(static_cast<Cell>(value));
  return Outcome::kOk;
}

template <class Cell>
Outcome DecodeMedium(const ColumnPlan&, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < 3) return Outcome::kTruncated;
  auto value = static_cast<uint32_t>(LittleEndian(cursor.at, 3));
  if (std::is_signed_v<Cell> && (value & 0x800000) != 0) value |= 0xFF000000;
  cursor.at += 3;
  out.Fixed(static_cast<Cell>(value));
  return Outcome::kOk;
}

template <class Cell>
Outcome DecodeDecimal(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  core::Int128 value;
  const bool readable = values::UnpackDecimal(cursor.at, plan.type.precision, plan.type.scale, value);
  cursor.at += plan.width;
  if (!readable) return Outcome::kUnreadable;
  out.Fixed(static_cast<Cell>(value));
  return Outcome::kOk;
}

Outcome DecodeLongDecimal(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  std::string digits;
  const bool readable = values::UnpackDecimalText(cursor.at, plan.type.precision, plan.type.scale, digits);
  cursor.at += plan.width;
  if (!readable) return Outcome::kUnreadable;
  out.Varying(digits);
  return Outcome::kOk;
}

template <class Cell>
Outcome DecodeBit(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  const uint64_t value = BigEndian(cursor.at, plan.width);
  cursor.at += plan.width;
  out.Fixed(static_cast<Cell>(value));
  return Outcome::kOk;
}

Outcome DecodeYear(const ColumnPlan&, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < 1) return Outcome::kTruncated;
  const uint8_t years = *cursor.at++;
  out.Fixed(static_cast<int16_t>(years == 0 ? 0 : 1900 + years));
  return Outcome::kOk;
}

Outcome DecodeEnum(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  const auto number = static_cast<uint32_t>(LittleEndian(cursor.at, plan.width));
  cursor.at += plan.width;
  std::string_view name;
  if (!values::EnumName(plan.type.members, number, name)) return Outcome::kUnreadable;
  out.Varying(name);
  return Outcome::kOk;
}

Outcome DecodeSet(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  const uint64_t bits = LittleEndian(cursor.at, plan.width);
  cursor.at += plan.width;
  std::string names;
  if (!values::SetNames(plan.type.members, bits, names)) return Outcome::kUnreadable;
  out.Varying(names);
  return Outcome::kOk;
}

ColumnPlan PlanDecimal(const ColumnType& type) {
  const auto width = static_cast<uint32_t>(values::PackedDecimalSize(type.precision, type.scale));
  if (type.type.kind == core::Kind::kText) return PlanFixed(DecodeLongDecimal, width, type);
  return PlanFixed(type.precision <= 18 ? DecodeDecimal<int64_t> : DecodeDecimal<core::Int128>, width, type);
}

}  // namespace

ColumnPlan PlanFixed(DecodeCell decode, uint32_t width, const ColumnType& type) {
  ColumnPlan plan;
  plan.decode = decode;
  plan.skip = SkipFixed;
  plan.width = width;
  plan.type = type;
  return plan;
}

ColumnPlan PlanColumn(const ColumnType& type, const WireColumn& wire) {
  const bool plain = !type.is_unsigned;
  switch (type.form) {
    case Form::kTinyInt:
      return PlanFixed(plain ? DecodeNumber<int8_t> : DecodeNumber<uint8_t>, 1, type);
    case Form::kSmallInt:
      return PlanFixed(plain ? DecodeNumber<int16_t> : DecodeNumber<uint16_t>, 2, type);
    case Form::kMediumInt:
      return PlanFixed(plain ? DecodeMedium<int32_t> : DecodeMedium<uint32_t>, 3, type);
    case Form::kInt:
      return PlanFixed(plain ? DecodeNumber<int32_t> : DecodeNumber<uint32_t>, 4, type);
    case Form::kBigInt:
      return PlanFixed(plain ? DecodeNumber<int64_t> : DecodeNumber<uint64_t>, 8, type);
    case Form::kFloat:
      return PlanFixed(DecodeNumber<float>, 4, type);
    case Form::kDouble:
      return PlanFixed(DecodeNumber<double>, 8, type);
    case Form::kDecimal:
      return PlanDecimal(type);
    case Form::kBit:
      return PlanFixed(type.length == 1 ? DecodeBit<uint8_t> : DecodeBit<uint64_t>, (type.length + 7) / 8,
                       type);
    case Form::kYear:
      return PlanFixed(DecodeYear, 1, type);
    case Form::kDate:
    case Form::kTime:
    case Form::kDateTime:
    case Form::kTimestamp:
      return PlanTemporal(type);
    case Form::kEnum:
      return PlanFixed(DecodeEnum, wire.length, type);
    case Form::kSet:
      return PlanFixed(DecodeSet, wire.length, type);
    default:
      return PlanString(type, wire);
  }
}

}  // namespace renkei::sources::mysql::binlog
