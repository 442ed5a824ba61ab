#include "sources/mysql/snapshot/binary_row.h"

#include "base/bytes.h"
#include "sources/mysql/binlog/packed.h"
#include "sources/mysql/values/append.h"
#include "sources/mysql/values/decimal.h"
#include "sources/mysql/values/network.h"
#include "sources/mysql/values/text.h"

namespace renkei::sources::mysql::snapshot {

namespace {

using core::ColumnBuilder;
using values::ColumnType;
using values::Form;
using Outcome = BinaryRowPlan::Outcome;

constexpr size_t kNullBitsOffset = 2;

template <class Wire, class Cell = Wire>
Outcome Number(base::ByteReader& reader, ColumnBuilder& out) {
  out.Fixed(static_cast<Cell>(reader.Fixed<Wire>()));
  return Outcome::kOk;
}

template <class Signed, class Unsigned>
Outcome Integer(const ColumnType& type, base::ByteReader& reader, ColumnBuilder& out) {
  return type.is_unsigned ? Number<Unsigned>(reader, out) : Number<Signed>(reader, out);
}

values::DateTime TakeDateTime(base::ByteReader& reader) {
  values::DateTime time;
  const auto length = reader.Fixed<uint8_t>();
  if (length >= 4) {
    time.year = reader.Fixed<uint16_t>();
    time.month = reader.Fixed<uint8_t>();
    time.day = reader.Fixed<uint8_t>();
  }
  if (length >= 7) {
    time.hour = reader.Fixed<uint8_t>();
    time.minute = reader.Fixed<uint8_t>();
    time.second = reader.Fixed<uint8_t>();
  }
  if (length >= 11) time.microsecond = reader.Fixed<uint32_t>();
  return time;
}

Outcome Appended(bool appended) { return appended ? Outcome::kOk : Outcome::kUnreadable; }

Outcome Duration(base::ByteReader& reader, ColumnBuilder& out) {
  const auto length = reader.Fixed<uint8_t>();
  int64_t micros = 0;
  bool negative = false;
  if (length >= 8) {
    negative = reader.Fixed<uint8_t>() != 0;
    const int64_t days = reader.Fixed<uint32_t>();
    const int64_t hours = days * 24 + reader.Fixed<uint8_t>();
    const int64_t minutes = hours * 60 + reader.Fixed<uint8_t>();
    micros = (minutes * 60 + reader.Fixed<uint8_t>()) * 1'000'000;
  }
  if (length >= 12) micros += reader.Fixed<uint32_t>();
  out.Fixed(negative ? -micros : micros);
  return Outcome::kOk;
}

Outcome Decimal(const ColumnType& type, std::string_view digits, ColumnBuilder& out) {
  if (type.type.kind == core::Kind::kText) {
    std::string text;
    if (!values::PlainDecimalText(digits, type.scale, text)) return Outcome::kUnreadable;
    out.Varying(text);
    return Outcome::kOk;
  }
  core::Int128 value;
  if (!values::ParseDecimal(digits, type.type.scale, value)) return Outcome::kUnreadable;
  if (type.type.precision <= 18) {
    out.Fixed(static_cast<int64_t>(value));
  } else {
    out.Fixed(value);
  }
  return Outcome::kOk;
}

Outcome Bits(const ColumnType& type, std::string_view bytes, ColumnBuilder& out) {
  uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<uint8_t>(byte);
  if (type.length == 1) {
    out.Fixed(static_cast<uint8_t>(value));
  } else {
    out.Fixed(value);
  }
  return Outcome::kOk;
}

// What comes as text of the server's, in the character set of names and metadata.
Outcome ServerText(std::string_view text, ColumnBuilder& out) {
  if (!values::IsUtf8(text)) return Outcome::kUnreadable;
  out.Varying(text);
  return Outcome::kOk;
}

Outcome Uuid(std::string_view text, ColumnBuilder& out) {
  const auto uuid = values::ParseUuid(text);
  if (!uuid) return Outcome::kUnreadable;
  out.Fixed(*uuid);
  return Outcome::kOk;
}

Outcome Counted(const ColumnType& type, base::ByteReader& reader, ColumnBuilder& out) {
  const std::string_view bytes = binlog::ReadPackedText(reader);
  if (!reader.ok()) return Outcome::kTruncated;
  switch (type.form) {
    case Form::kDecimal:
      return Decimal(type, bytes, out);
    case Form::kBit:
      return Bits(type, bytes, out);
    case Form::kJson:
    case Form::kInet4:
    case Form::kInet6:
      return ServerText(bytes, out);
    case Form::kUuid:
      return Uuid(bytes, out);
    case Form::kGeometry:
      return Appended(values::AppendGeometry(bytes, out));
    case Form::kVector:
      return Appended(values::AppendVector(bytes, out));
    default:
      return Appended(values::AppendString(type, bytes, out));
  }
}

Outcome Cell(const ColumnType& type, base::ByteReader& reader, ColumnBuilder& out) {
  switch (type.form) {
    case Form::kTinyInt:
      return Integer<int8_t, uint8_t>(type, reader, out);
    case Form::kSmallInt:
      return Integer<int16_t, uint16_t>(type, reader, out);
    case Form::kMediumInt:
    case Form::kInt:
      return Integer<int32_t, uint32_t>(type, reader, out);
    case Form::kBigInt:
      return Integer<int64_t, uint64_t>(type, reader, out);
    case Form::kFloat:
      return Number<float>(reader, out);
    case Form::kDouble:
      return Number<double>(reader, out);
    case Form::kYear:
      return Number<uint16_t, int16_t>(reader, out);
    case Form::kDate:
      return Appended(values::AppendDate(type, TakeDateTime(reader), out));
    case Form::kTime:
      return Duration(reader, out);
    case Form::kDateTime:
    case Form::kTimestamp:
      return Appended(values::AppendDateTime(type, TakeDateTime(reader), out));
    default:
      return Counted(type, reader, out);
  }
}

}  // namespace

BinaryRowPlan::BinaryRowPlan(const core::TableSchema& schema) {
  for (const core::ColumnSchema& column : schema.columns) columns_.push_back(values::ColumnTypeOf(column));
}

BinaryRowPlan::RowResult BinaryRowPlan::Decode(client::Packet row,
                                               std::vector<core::ColumnBuilder>& out) const {
  base::ByteReader reader(row);
  const auto nulls = reader.Raw((columns_.size() + kNullBitsOffset + 7) / 8);
  if (!reader.ok()) return {Outcome::kTruncated, 0};
  for (size_t i = 0; i < columns_.size(); ++i) {
    const size_t bit = i + kNullBitsOffset;
    if ((std::to_integer<uint8_t>(nulls[bit / 8]) >> (bit % 8) & 1) != 0) {
      out[i].Null();
      continue;
    }
    const Outcome outcome = Cell(columns_[i], reader, out[i]);
    if (outcome != Outcome::kOk) return {outcome, static_cast<uint16_t>(i)};
    if (!reader.ok()) return {Outcome::kTruncated, static_cast<uint16_t>(i)};
  }
  return {};
}

}  // namespace renkei::sources::mysql::snapshot
