#include "sources/sqlserver/client/wire_cell.h"

#include <sybdb.h>

#include <array>
#include <cmath>
#include <cstring>

namespace renkei::sources::sqlserver::client {

namespace {

constexpr int32_t kDaysTo1970 = 25'567;  // from 1900-01-01
constexpr int kUdt = 240;
constexpr int kUnique = 36;
constexpr uint8_t kMoneyScale = 4;
constexpr int64_t kTicksPerMinute = 600'000'000;

template <class T>
T Load(const uint8_t* data) {
  T value;
  std::memcpy(&value, data, sizeof value);
  return value;
}

Cell Integer(int64_t value) {
  Cell cell;
  cell.form = Cell::Form::kInteger;
  cell.integer = value;
  return cell;
}

Cell Float(double value) {
  Cell cell;
  cell.form = Cell::Form::kFloat;
  cell.number = value;
  return cell;
}

Cell Decimal(core::Int128 value, uint8_t scale) {
  Cell cell;
  cell.form = Cell::Form::kDecimal;
  cell.decimal = value;
  cell.scale = scale;
  return cell;
}

Cell Moment(int32_t days, int64_t ticks, int16_t offset) {
  Cell cell;
  cell.form = Cell::Form::kMoment;
  cell.days = days;
  cell.ticks = ticks;
  cell.offset_minutes = offset;
  return cell;
}

Cell Bytes(Cell::Form form, const uint8_t* data, int length) {
  Cell cell;
  cell.form = form;
  cell.bytes = {reinterpret_cast<const char*>(data), static_cast<size_t>(length)};
  return cell;
}

// A sign and the magnitude, most significant byte first, as wide as the precision needs.
Cell Numeric(const DBNUMERIC& value) {
  const int bits = static_cast<int>(std::floor(value.precision * std::log2(10.0))) + 1;
  unsigned __int128 magnitude = 0;
  for (int i = 1; i <= (bits + 7) / 8; ++i) magnitude = magnitude << 8 | value.array[i];
  const auto number = static_cast<core::Int128>(magnitude);
  return Decimal(value.array[0] != 0 ? -number : number, value.scale);
}

Cell FullMoment(const DBDATETIMEALL& value) {
  return Moment(value.date - kDaysTo1970, static_cast<int64_t>(value.time), value.offset);
}

// Ticks of 1/300 s stand for the millisecond next to them: .000, .003, .007.
Cell OldMoment(const DBDATETIME& value) {
  const int64_t ms = (static_cast<int64_t>(value.dttime) * 10 + 1) / 3;
  return Moment(value.dtdays - kDaysTo1970, ms * 10'000, 0);
}

}  // namespace

Cell ReadCell(int type, const uint8_t* data, int length) {
  if (data == nullptr) return {};
  switch (type) {
    case SYBBIT:
    case SYBINT1:
      return Integer(*data);
    case SYBINT2:
      return Integer(Load<int16_t>(data));
    case SYBINT4:
      return Integer(Load<int32_t>(data));
    case SYBINT8:
      return Integer(Load<int64_t>(data));
    case SYBREAL:
      return Float(Load<float>(data));
    case SYBFLT8:
      return Float(Load<double>(data));
    case SYBMONEY4:
      return Decimal(Load<int32_t>(data), kMoneyScale);
    case SYBMONEY:
      return Decimal(
          static_cast<int64_t>(static_cast<uint64_t>(Load<uint32_t>(data)) << 32 | Load<uint32_t>(data + 4)),
          kMoneyScale);
    case SYBDECIMAL:
    case SYBNUMERIC:
      return Numeric(Load<DBNUMERIC>(data));
    case SYBMSDATE:
    case SYBMSTIME:
    case SYBMSDATETIME2:
    case SYBMSDATETIMEOFFSET:
      return FullMoment(Load<DBDATETIMEALL>(data));
    case SYBDATETIME:
      return OldMoment(Load<DBDATETIME>(data));
    case SYBDATETIME4: {
      const auto value = Load<DBDATETIME4>(data);
      return Moment(value.days - kDaysTo1970, value.minutes * kTicksPerMinute, 0);
    }
    case SYBBINARY:
    case SYBVARBINARY:
    case SYBIMAGE:
    case kUnique:
    case kUdt:
      return Bytes(Cell::Form::kBytes, data, length);
    default:
      return Bytes(Cell::Form::kText, data, length);
  }
}

}  // namespace renkei::sources::sqlserver::client
