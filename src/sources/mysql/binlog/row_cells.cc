// Cells of a row image. Integers and floats are little-endian; what starts with "big" is big-endian.
//
//   tiny short int24 long longlong := 1 2 3 4 8 bytes        float double := 4 8 bytes
//   decimal   := packed groups of nine digits, big (values/decimal.h)
//   bit       := big, (bits + 7) / 8 bytes                   year := u8, 0 or years after 1900
//   date      := u24: day 5 bits, month 4, year 15
//   time      := big u24 + 0x800000: hour 10 bits, minute 6, second 6; fraction
//   datetime  := big u40 + 0x8000000000: year*13+month 17 bits, day 5, hour 5, minute 6, second 6; fraction
//   timestamp := big u32 seconds; fraction
//   fraction  := big, (digits + 1) / 2 bytes, in units of 10^-2, 10^-4 or 10^-6; of a negative time it counts
//                backwards
//   char binary varchar varbinary := length:u8, or u16 where the column may hold more than 255 bytes; bytes
//   blob text := length:u8..u32; bytes                       enum set := little-endian number, bit mask
#include <cstring>

#include "sources/mysql/binlog/row_plan.h"
#include "sources/mysql/values/decimal.h"
#include "sources/mysql/values/members.h"
#include "sources/mysql/values/temporal.h"
#include "sources/mysql/values/text.h"

namespace renkei::sources::mysql::binlog {

namespace {

using core::ColumnBuilder;
using values::Charset;
using values::ColumnType;
using values::Form;

uint64_t LittleEndian(const uint8_t* at, size_t bytes) {
  uint64_t value = 0;
  std::memcpy(&value, at, bytes);
  return value;
}

uint64_t BigEndian(const uint8_t* at, size_t bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes; ++i) value = value << 8 | at[i];
  return value;
}

bool SkipFixed(const ColumnPlan& plan, Cursor& cursor) {
  if (cursor.left() < plan.width) return false;
  cursor.at += plan.width;
  return true;
}

bool SkipVarying(const ColumnPlan& plan, Cursor& cursor) {
  if (cursor.left() < plan.width) return false;
  const uint64_t length = LittleEndian(cursor.at, plan.width);
  if (cursor.left() - plan.width < length) return false;
  cursor.at += plan.width + length;
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
  const bool readable = values::UnpackDecimal(cursor.at, plan.precision, plan.scale, value);
  cursor.at += plan.width;
  if (!readable) return Outcome::kUnreadable;
  out.Fixed(static_cast<Cell>(value));
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

Outcome DecodeDate(const ColumnPlan&, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < 3) return Outcome::kTruncated;
  const auto packed = static_cast<uint32_t>(LittleEndian(cursor.at, 3));
  cursor.at += 3;
  const auto days = values::DaysOf(packed >> 9, packed >> 5 & 0x0F, packed & 0x1F);
  if (!days) return Outcome::kUnreadable;
  out.Fixed(*days);
  return Outcome::kOk;
}

uint32_t FractionMicros(const uint8_t* at, uint8_t bytes) {
  static constexpr uint32_t kUnit[] = {0, 10'000, 100, 1};
  return static_cast<uint32_t>(BigEndian(at, bytes)) * kUnit[bytes];
}

Outcome DecodeTime(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  // Whole and fraction together are one number around an offset, so that a negative time borrows rightly.
  const uint32_t fraction_bits = plan.fraction_bytes * 8u;
  int64_t packed = static_cast<int64_t>(BigEndian(cursor.at, plan.width));
  packed -= int64_t{0x800000} << fraction_bits;
  cursor.at += plan.width;
  const bool negative = packed < 0;
  if (negative) packed = -packed;
  const auto whole = static_cast<uint32_t>(packed >> fraction_bits);
  static constexpr uint32_t kUnit[] = {0, 10'000, 100, 1};
  const int64_t fraction = (packed & ((int64_t{1} << fraction_bits) - 1)) * kUnit[plan.fraction_bytes];
  const uint32_t hour = whole >> 12 & 0x3FF;
  const uint32_t minute = whole >> 6 & 0x3F;
  const uint32_t second = whole & 0x3F;
  if (minute > 59 || second > 59 || fraction > 999'999) return Outcome::kUnreadable;
  const int64_t micros = (int64_t{hour} * 3600 + minute * 60 + second) * 1'000'000 + fraction;
  out.Fixed(negative ? -micros : micros);
  return Outcome::kOk;
}

Outcome DecodeDateTime(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  const uint64_t packed = BigEndian(cursor.at, 5);
  const uint32_t fraction = FractionMicros(cursor.at + 5, plan.fraction_bytes);
  cursor.at += plan.width;
  if (packed < 0x8000000000u) return Outcome::kUnreadable;
  const uint64_t whole = packed - 0x8000000000u;
  const auto months = static_cast<uint32_t>(whole >> 22);
  const values::DateTime time{.year = months / 13,
                              .month = months % 13,
                              .day = static_cast<uint32_t>(whole >> 17 & 0x1F),
                              .hour = static_cast<uint32_t>(whole >> 12 & 0x1F),
                              .minute = static_cast<uint32_t>(whole >> 6 & 0x3F),
                              .second = static_cast<uint32_t>(whole & 0x3F),
                              .microsecond = fraction};
  const auto micros = values::MicrosOf(time);
  if (!micros) return Outcome::kUnreadable;
  out.Fixed(*micros);
  return Outcome::kOk;
}

// Second 0 is MySQL's '0000-00-00 00:00:00', which is no time.
Outcome DecodeTimestamp(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  const auto seconds = static_cast<int64_t>(BigEndian(cursor.at, 4));
  const uint32_t fraction = FractionMicros(cursor.at + 4, plan.fraction_bytes);
  cursor.at += plan.width;
  if ((seconds == 0 && fraction == 0) || fraction > 999'999) return Outcome::kUnreadable;
  out.Fixed(seconds * 1'000'000 + fraction);
  return Outcome::kOk;
}

// The bytes of a varying cell; false where the event ends inside.
template <uint32_t kLengthBytes>
bool TakeVarying(Cursor& cursor, std::string_view& bytes) {
  if (cursor.left() < kLengthBytes) return false;
  const uint64_t length = LittleEndian(cursor.at, kLengthBytes);
  if (cursor.left() - kLengthBytes < length) return false;
  bytes = {reinterpret_cast<const char*>(cursor.at) + kLengthBytes, length};
  cursor.at += kLengthBytes + length;
  return true;
}

template <uint32_t kLengthBytes>
Outcome DecodeUtf8(const ColumnPlan&, Cursor& cursor, ColumnBuilder& out) {
  std::string_view bytes;
  if (!TakeVarying<kLengthBytes>(cursor, bytes)) return Outcome::kTruncated;
  if (!values::IsUtf8(bytes)) return Outcome::kUnreadable;
  out.Varying(bytes);
  return Outcome::kOk;
}

template <uint32_t kLengthBytes>
Outcome DecodeOtherText(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  std::string_view bytes;
  if (!TakeVarying<kLengthBytes>(cursor, bytes)) return Outcome::kTruncated;
  std::string scratch;
  std::string_view text;
  if (!values::ToUtf8(plan.charset, bytes, scratch, text)) return Outcome::kUnreadable;
  out.Varying(text);
  return Outcome::kOk;
}

template <uint32_t kLengthBytes>
Outcome DecodeBytes(const ColumnPlan&, Cursor& cursor, ColumnBuilder& out) {
  std::string_view bytes;
  if (!TakeVarying<kLengthBytes>(cursor, bytes)) return Outcome::kTruncated;
  out.Varying(bytes);
  return Outcome::kOk;
}

// BINARY loses its trailing zeros on the way into the log.
Outcome DecodePadded(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  std::string_view bytes;
  if (!TakeVarying<1>(cursor, bytes)) return Outcome::kTruncated;
  if (bytes.size() > plan.pad_to) return Outcome::kUnreadable;
  std::string whole(bytes);
  whole.resize(plan.pad_to, '\0');
  out.Varying(whole);
  return Outcome::kOk;
}

Outcome DecodeEnum(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  const auto number = static_cast<uint32_t>(LittleEndian(cursor.at, plan.width));
  cursor.at += plan.width;
  std::string_view name;
  if (!values::EnumName(plan.members, number, name)) return Outcome::kUnreadable;
  out.Varying(name);
  return Outcome::kOk;
}

Outcome DecodeSet(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  if (cursor.left() < plan.width) return Outcome::kTruncated;
  const uint64_t bits = LittleEndian(cursor.at, plan.width);
  cursor.at += plan.width;
  std::string names;
  if (!values::SetNames(plan.members, bits, names)) return Outcome::kUnreadable;
  out.Varying(names);
  return Outcome::kOk;
}

ColumnPlan Fixed(DecodeCell decode, uint32_t width) {
  ColumnPlan plan;
  plan.decode = decode;
  plan.skip = SkipFixed;
  plan.width = width;
  return plan;
}

ColumnPlan Temporal(DecodeCell decode, uint32_t whole_bytes, uint8_t digits) {
  const auto fraction_bytes = static_cast<uint8_t>((digits + 1) / 2);
  ColumnPlan plan = Fixed(decode, whole_bytes + fraction_bytes);
  plan.fraction_bytes = fraction_bytes;
  return plan;
}

template <template <uint32_t> class Decoder>
DecodeCell ByLengthBytes(uint32_t length_bytes) {
  switch (length_bytes) {
    case 1:
      return Decoder<1>::kFunction;
    case 2:
      return Decoder<2>::kFunction;
    case 3:
      return Decoder<3>::kFunction;
    default:
      return Decoder<4>::kFunction;
  }
}

template <uint32_t kLengthBytes>
struct Utf8Decoder {
  static constexpr DecodeCell kFunction = DecodeUtf8<kLengthBytes>;
};
template <uint32_t kLengthBytes>
struct OtherTextDecoder {
  static constexpr DecodeCell kFunction = DecodeOtherText<kLengthBytes>;
};
template <uint32_t kLengthBytes>
struct BytesDecoder {
  static constexpr DecodeCell kFunction = DecodeBytes<kLengthBytes>;
};

ColumnPlan Varying(const ColumnType& type, uint32_t length_bytes) {
  ColumnPlan plan;
  plan.width = length_bytes;
  plan.skip = SkipVarying;
  plan.charset = type.charset;
  if (type.charset == Charset::kBinary) {
    plan.decode = ByLengthBytes<BytesDecoder>(length_bytes);
  } else if (type.charset == Charset::kUtf8) {
    plan.decode = ByLengthBytes<Utf8Decoder>(length_bytes);
  } else {
    plan.decode = ByLengthBytes<OtherTextDecoder>(length_bytes);
  }
  return plan;
}

ColumnPlan WithMembers(ColumnPlan plan, const ColumnType& type) {
  plan.members = type.members;
  return plan;
}

ColumnPlan Decimal(const ColumnType& type) {
  const auto [kind, precision, scale] = type.type;
  const auto width = static_cast<uint32_t>(values::PackedDecimalSize(precision, scale));
  ColumnPlan plan = Fixed(precision <= 18 ? DecodeDecimal<int64_t> : DecodeDecimal<core::Int128>, width);
  plan.precision = precision;
  plan.scale = scale;
  return plan;
}

}  // namespace

ColumnPlan PlanColumn(const ColumnType& type, const WireColumn& wire) {
  const bool plain = !type.is_unsigned;
  switch (type.form) {
    case Form::kTinyInt:
      return Fixed(plain ? DecodeNumber<int8_t> : DecodeNumber<uint8_t>, 1);
    case Form::kSmallInt:
      return Fixed(plain ? DecodeNumber<int16_t> : DecodeNumber<uint16_t>, 2);
    case Form::kMediumInt:
      return Fixed(plain ? DecodeMedium<int32_t> : DecodeMedium<uint32_t>, 3);
    case Form::kInt:
      return Fixed(plain ? DecodeNumber<int32_t> : DecodeNumber<uint32_t>, 4);
    case Form::kBigInt:
      return Fixed(plain ? DecodeNumber<int64_t> : DecodeNumber<uint64_t>, 8);
    case Form::kFloat:
      return Fixed(DecodeNumber<float>, 4);
    case Form::kDouble:
      return Fixed(DecodeNumber<double>, 8);
    case Form::kDecimal:
      return Decimal(type);
    case Form::kBit:
      return Fixed(type.length == 1 ? DecodeBit<uint8_t> : DecodeBit<uint64_t>, (type.length + 7) / 8);
    case Form::kYear:
      return Fixed(DecodeYear, 1);
    case Form::kDate:
      return Fixed(DecodeDate, 3);
    case Form::kTime:
      return Temporal(DecodeTime, 3, type.fraction_digits);
    case Form::kDateTime:
      return Temporal(DecodeDateTime, 5, type.fraction_digits);
    case Form::kTimestamp:
      return Temporal(DecodeTimestamp, 4, type.fraction_digits);
    case Form::kChar:
    case Form::kVarChar:
    case Form::kVarBinary:
      return Varying(type, wire.length > 255 ? 2 : 1);
    case Form::kBinary: {
      ColumnPlan plan = Varying(type, 1);
      plan.decode = DecodePadded;
      plan.pad_to = type.length;
      return plan;
    }
    case Form::kText:
    case Form::kBlob:
      return Varying(type, wire.length);
    case Form::kEnum:
      return WithMembers(Fixed(DecodeEnum, wire.length), type);
    case Form::kSet:
      return WithMembers(Fixed(DecodeSet, wire.length), type);
  }
  return {};
}

}  // namespace renkei::sources::mysql::binlog
