#include "sources/mysql/binlog/row_plan.h"

#include <fmt/format.h>

#include "sources/mysql/values/text.h"

namespace renkei::sources::mysql::binlog {

namespace {

using values::ColumnType;
using values::Form;

constexpr uint32_t kEnumBytesMax = 2;
constexpr uint32_t kSetBytesMax = 8;
constexpr uint32_t kBlobLengthBytesMax = 4;

WireType WireTypeOf(Form form) {
  switch (form) {
    case Form::kTinyInt:
      return WireType::kTiny;
    case Form::kSmallInt:
      return WireType::kShort;
    case Form::kMediumInt:
      return WireType::kInt24;
    case Form::kInt:
      return WireType::kLong;
    case Form::kBigInt:
      return WireType::kLongLong;
    case Form::kFloat:
      return WireType::kFloat;
    case Form::kDouble:
      return WireType::kDouble;
    case Form::kDecimal:
      return WireType::kDecimal;
    case Form::kBit:
      return WireType::kBit;
    case Form::kYear:
      return WireType::kYear;
    case Form::kDate:
      return WireType::kDate;
    case Form::kTime:
      return WireType::kTime;
    case Form::kDateTime:
      return WireType::kDateTime;
    case Form::kTimestamp:
      return WireType::kTimestamp;
    case Form::kChar:
    case Form::kBinary:
      return WireType::kString;
    case Form::kVarChar:
    case Form::kVarBinary:
      return WireType::kVarChar;
    case Form::kText:
    case Form::kBlob:
      return WireType::kBlob;
    case Form::kEnum:
      return WireType::kEnum;
    case Form::kSet:
      return WireType::kSet;
  }
  return WireType::kGeometry;
}

bool HasSign(Form form) { return form <= Form::kDecimal; }

bool IsBytes(Form form) { return form == Form::kBinary || form == Form::kVarBinary || form == Form::kBlob; }

bool HasCollation(Form form) { return form >= Form::kChar; }

bool SameLength(const ColumnType& type, const WireColumn& wire) {
  switch (type.form) {
    case Form::kDecimal:
      return wire.length == type.type.precision && wire.scale == type.type.scale;
    case Form::kBit:
      return wire.length == type.length;
    case Form::kTime:
    case Form::kDateTime:
    case Form::kTimestamp:
      return wire.length == type.fraction_digits;
    case Form::kBinary:
    case Form::kVarBinary:
      return wire.length == type.length;
    // Bytes of the number, or of the text's length.
    case Form::kEnum:
      return wire.length >= 1 && wire.length <= kEnumBytesMax;
    case Form::kSet:
      return wire.length >= 1 && wire.length <= kSetBytesMax;
    case Form::kText:
    case Form::kBlob:
      return wire.length >= 1 && wire.length <= kBlobLengthBytesMax;
    default:
      return true;
  }
}

bool SameMembers(const ColumnType& type, const WireColumn& wire) {
  if (wire.members.size() != type.members.size()) return false;
  std::string scratch;
  for (size_t i = 0; i < type.members.size(); ++i) {
    std::string_view member;
    if (!values::ToUtf8(type.charset, wire.members[i], scratch, member) || member != type.members[i])
      return false;
  }
  return true;
}

bool SameCharset(const ColumnType& type, const WireColumn& wire, const CharsetOfCollation& charset_of) {
  if (!HasCollation(type.form) || wire.collation == 0) return true;
  const auto charset = values::FindCharset(charset_of(wire.collation));
  return charset && *charset == (IsBytes(type.form) ? values::Charset::kBinary : type.charset);
}

std::string Difference(const core::ColumnSchema& column, const ColumnType& type, const WireColumn& wire,
                       const CharsetOfCollation& charset_of) {
  if (column.name != wire.name) return fmt::format("column {} is now {}", column.name, wire.name);
  if (WireTypeOf(type.form) != wire.type || !SameLength(type, wire))
    return fmt::format("column {} is no longer {}", column.name, column.native_type);
  if (HasSign(type.form) && type.is_unsigned != wire.is_unsigned)
    return fmt::format("column {} changed between signed and unsigned", column.name);
  if (!SameCharset(type, wire, charset_of))
    return fmt::format("column {} is no longer {}", column.name, column.charset);
  if (!SameMembers(type, wire)) return fmt::format("the members of column {} changed", column.name);
  return {};
}

}  // namespace

PlanResult MakeRowPlan(const core::TableSchema& schema, const TableMap& map,
                       const CharsetOfCollation& charset_of) {
  if (map.columns.size() != schema.columns.size()) {
    return {std::nullopt, fmt::format("{} columns instead of {}", map.columns.size(), schema.columns.size())};
  }
  RowPlan plan;
  plan.key = schema.key;
  plan.key_place.assign(schema.columns.size(), -1);
  for (size_t i = 0; i < schema.key.size(); ++i) plan.key_place[schema.key[i]] = static_cast<int16_t>(i);
  for (size_t i = 0; i < schema.columns.size(); ++i) {
    const ColumnType type = values::ColumnTypeOf(schema.columns[i]);
    std::string difference = Difference(schema.columns[i], type, map.columns[i], charset_of);
    if (!difference.empty()) return {std::nullopt, std::move(difference)};
    plan.columns.push_back(PlanColumn(type, map.columns[i]));
  }
  return {std::move(plan), {}};
}

}  // namespace renkei::sources::mysql::binlog
