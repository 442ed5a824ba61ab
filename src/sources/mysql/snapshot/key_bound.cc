#include "sources/mysql/snapshot/key_bound.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>

#include "base/bytes.h"
#include "sources/mysql/client/names.h"
#include "sources/mysql/values/column_type.h"
#include "sources/mysql/values/decimal.h"
#include "sources/mysql/values/network.h"
#include "sources/mysql/values/temporal.h"

namespace renkei::sources::mysql::snapshot {

namespace {

using client::Parameter;
using core::Column;
using core::Kind;
using values::ColumnType;
using values::Form;

enum class Tag : uint8_t { kInteger = 1, kUnsigned, kDouble, kText, kBinary, kDecimal };

struct Value {
  Tag tag;
  std::string text;
};

std::string ShowDate(int64_t days) {
  const values::DateTime time = values::DateTimeOf(days * values::kMicrosPerDay);
  return fmt::format("{:04}-{:02}-{:02}", time.year, time.month, time.day);
}

std::string ShowTimestamp(int64_t micros) {
  const values::DateTime time = values::DateTimeOf(micros);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}", time.year, time.month, time.day, time.hour,
                     time.minute, time.second, time.microsecond);
}

std::string ShowDuration(int64_t micros) {
  const int64_t whole = micros < 0 ? -micros : micros;
  const int64_t seconds = whole / 1'000'000;
  return fmt::format("{}{:02}:{:02}:{:02}.{:06}", micros < 0 ? "-" : "", seconds / 3600, seconds / 60 % 60,
                     seconds % 60, whole % 1'000'000);
}

// ENUM and SET are ordered by their numbers, not by their names.
uint64_t MemberNumber(const ColumnType& type, std::string_view names) {
  uint64_t number = 0;
  while (!names.empty()) {
    const size_t comma = type.form == Form::kSet ? names.find(',') : std::string_view::npos;
    const std::string_view name = names.substr(0, comma);
    const auto found = std::ranges::find(type.members, name);
    const auto place = static_cast<uint64_t>(found - type.members.begin());
    number = type.form == Form::kSet ? number | uint64_t{1} << place : place + 1;
    names.remove_prefix(comma == std::string_view::npos ? names.size() : comma + 1);
  }
  return number;
}

template <class T>
std::string Digits(const Column& column, uint32_t row) {
  return std::to_string(column.cells<T>()[row]);
}

Value NumberOf(const Column& column, uint32_t row) {
  switch (column.type().kind) {
    case Kind::kInt8:
      return {Tag::kInteger, Digits<int8_t>(column, row)};
    case Kind::kInt16:
      return {Tag::kInteger, Digits<int16_t>(column, row)};
    case Kind::kInt32:
      return {Tag::kInteger, Digits<int32_t>(column, row)};
    case Kind::kInt64:
      return {Tag::kInteger, Digits<int64_t>(column, row)};
    case Kind::kBool:
    case Kind::kUInt8:
      return {Tag::kUnsigned, Digits<uint8_t>(column, row)};
    case Kind::kUInt16:
      return {Tag::kUnsigned, Digits<uint16_t>(column, row)};
    case Kind::kUInt32:
      return {Tag::kUnsigned, Digits<uint32_t>(column, row)};
    default:
      return {Tag::kUnsigned, Digits<uint64_t>(column, row)};
  }
}

Value ValueOf(const core::ColumnSchema& schema, const Column& column, uint32_t row) {
  switch (column.type().kind) {
    case Kind::kFloat32:
      return {Tag::kDouble,
              std::string(fmt::format("{:a}", static_cast<double>(column.cells<float>()[row])))};
    case Kind::kFloat64:
      return {Tag::kDouble, std::string(fmt::format("{:a}", column.cells<double>()[row]))};
    case Kind::kDecimal: {
      const core::Int128 value = core::FixedWidth(column.type()) == 8 ? column.cells<int64_t>()[row]
                                                                      : column.cells<core::Int128>()[row];
      return {Tag::kDecimal, values::ShowDecimal(value, column.type().scale)};
    }
    case Kind::kDate:
      return {Tag::kText, ShowDate(column.cells<int32_t>()[row])};
    case Kind::kDuration:
      return {Tag::kText, ShowDuration(column.cells<int64_t>()[row])};
    case Kind::kTimestamp:
    case Kind::kTimestampTz:
      return {Tag::kText, ShowTimestamp(column.cells<int64_t>()[row])};
    case Kind::kUuid:
      return {Tag::kText, values::ShowUuid(column.bytes(row))};
    case Kind::kBytes:
      return {Tag::kBinary, std::string(column.bytes(row))};
    case Kind::kText:
    case Kind::kJson: {
      const ColumnType type = values::ColumnTypeOf(schema);
      // Beside a text the server would compare as floating point.
      if (type.form == Form::kDecimal) return {Tag::kDecimal, std::string(column.bytes(row))};
      if (type.form != Form::kEnum && type.form != Form::kSet)
        return {Tag::kText, std::string(column.bytes(row))};
      return {Tag::kUnsigned, std::to_string(MemberNumber(type, column.bytes(row)))};
    }
    default:
      return NumberOf(column, row);
  }
}

template <class T>
T Parse(std::string_view digits) {
  T value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::optional<Parameter> ParameterOf(Tag tag, std::string_view text) {
  switch (tag) {
    case Tag::kInteger:
      return Parameter::Integer(Parse<int64_t>(text));
    case Tag::kUnsigned:
      return Parameter::Unsigned(Parse<uint64_t>(text));
    case Tag::kDouble:
      return Parameter::Double(std::strtod(std::string(text).c_str(), nullptr));
    case Tag::kText:
      return Parameter::Text(text);
    case Tag::kBinary:
      return Parameter::Binary(text);
    case Tag::kDecimal:
      return Parameter::Decimal(text);
  }
  return std::nullopt;
}

}  // namespace

std::string EncodeBound(const core::TableSchema& schema, const std::vector<const Column*>& columns,
                        uint32_t row) {
  base::ByteWriter writer;
  for (size_t i = 0; i < columns.size(); ++i) {
    const Value value = ValueOf(schema.columns[schema.key[i]], *columns[i], row);
    writer.Fixed(value.tag);
    writer.Text(value.text);
  }
  const auto bytes = writer.bytes();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::optional<std::vector<Parameter>> BoundParameters(std::string_view bound) {
  std::vector<Parameter> parameters;
  base::ByteReader reader(bound);
  while (reader.left() > 0) {
    const auto tag = reader.Fixed<Tag>();
    const auto parameter = ParameterOf(tag, reader.Text());
    if (!reader.ok() || !parameter) return std::nullopt;
    parameters.push_back(*parameter);
  }
  return parameters;
}

std::string BoundCondition(const core::TableSchema& schema, Side side) {
  std::string condition = "(";
  for (size_t last = 0; last < schema.key.size(); ++last) {
    condition += last == 0 ? "(" : " OR (";
    for (size_t i = 0; i < last; ++i)
      condition += client::QuoteName(schema.columns[schema.key[i]].name) + " = ? AND ";
    const bool whole = last + 1 == schema.key.size();
    const std::string_view comparison = side == Side::kAbove ? " > ?)" : whole ? " <= ?)" : " < ?)";
    condition += client::QuoteName(schema.columns[schema.key[last]].name);
    condition += comparison;
  }
  return condition + ")";
}

std::vector<Parameter> ExpandedParameters(const std::vector<Parameter>& key) {
  std::vector<Parameter> parameters;
  for (size_t last = 0; last < key.size(); ++last) {
    parameters.insert(parameters.end(), key.begin(), key.begin() + static_cast<ptrdiff_t>(last) + 1);
  }
  return parameters;
}

}  // namespace renkei::sources::mysql::snapshot
