#include "sources/mysql/binlog/row_plan.h"

#include <fmt/format.h>

#include "sources/mysql/values/charset.h"

namespace renkei::sources::mysql::binlog {

namespace {

using values::Charset;
using values::ColumnType;
using values::Form;

constexpr uint32_t kEnumBytesMax = 2;
constexpr uint32_t kSetBytesMax = 8;
constexpr uint32_t kBlobLengthBytesMax = 4;

WireType WireTypeOf(const ColumnType& type) {
  switch (type.form) {
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
      return type.old_temporal ? WireType::kOldTime : WireType::kTime;
    case Form::kDateTime:
      return type.old_temporal ? WireType::kOldDateTime : WireType::kDateTime;
    case Form::kTimestamp:
      return type.old_temporal ? WireType::kOldTimestamp : WireType::kTimestamp;
    case Form::kChar:
    case Form::kBinary:
    case Form::kUuid:
    case Form::kInet4:
    case Form::kInet6:
      return WireType::kString;
    case Form::kVarChar:
    case Form::kVarBinary:
      return type.compressed ? WireType::kVarCharCompressed : WireType::kVarChar;
    case Form::kText:
    case Form::kBlob:
      return type.compressed ? WireType::kBlobCompressed : WireType::kBlob;
    case Form::kEnum:
      return WireType::kEnum;
    case Form::kSet:
      return WireType::kSet;
    case Form::kJson:
      return WireType::kJson;
    case Form::kGeometry:
      return WireType::kGeometry;
    case Form::kVector:
      return WireType::kVector;
  }
  return WireType::kGeometry;
}

// MariaDB keeps a VECTOR as a VARBINARY.
bool SameWireType(const ColumnType& type, const WireColumn& wire) {
  return wire.type == WireTypeOf(type) || (type.form == Form::kVector && wire.type == WireType::kVarChar);
}

bool HasSign(Form form) { return form <= Form::kDecimal; }

bool HasMembers(Form form) { return form == Form::kEnum || form == Form::kSet; }

bool IsText(Form form) { return (form >= Form::kChar && form <= Form::kText) || HasMembers(form); }

bool SameLength(const ColumnType& type, const WireColumn& wire) {
  switch (type.form) {
    case Form::kDecimal:
      return wire.length == type.precision && wire.scale == type.scale;
    case Form::kBit:
      return wire.length == type.length;
    case Form::kTime:
    case Form::kDateTime:
    case Form::kTimestamp:
      return type.old_temporal || wire.length == type.fraction_digits;
    case Form::kBinary:
      return wire.length == type.length;
    case Form::kVarBinary:
      return type.compressed || wire.length == type.length;
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

// The members' names in UTF-8; false where one cannot be read.
bool ReadMembers(const WireColumn& wire, Charset charset, std::vector<std::string>& members) {
  members.clear();
  std::string scratch;
  for (const std::string& name : wire.members) {
    std::string_view member;
    if (!values::ToUtf8(charset, name, scratch, member)) return false;
    members.emplace_back(member);
  }
  return true;
}

// Takes over the members that the map has, unless they are part of a key; otherwise the difference that
// forbids it.
std::string TakeText(const core::ColumnSchema& column, const WireColumn& wire,
                     const CharsetOfCollation& charset_of, bool in_key, ColumnType& type) {
  const bool text = IsText(type.form);
  if (wire.collation != 0) {
    const auto charset = values::FindCharset(charset_of(wire.collation));
    if (!charset || *charset != (text ? type.declared : Charset::kBinary))
      return fmt::format("column {} is no longer {}", column.name,
                         text ? column.charset : column.native_type);
  }
  if (!HasMembers(type.form)) return {};
  std::vector<std::string> members;
  if (!ReadMembers(wire, type.declared, members) || (in_key && members != type.members))
    return fmt::format("the members of column {} changed", column.name);
  type.members = std::move(members);
  return {};
}

// NULL, whatever the cell is (invariant 6).
Outcome KeepBack(const ColumnPlan& plan, Cursor& cursor, core::ColumnBuilder& out) {
  if (!plan.skip(plan, cursor)) return Outcome::kTruncated;
  out.Null();
  return Outcome::kOk;
}

std::string Difference(const core::ColumnSchema& column, const WireColumn& wire, const ColumnType& type) {
  if (column.name != wire.name) return fmt::format("column {} is now {}", column.name, wire.name);
  if (!SameWireType(type, wire) || !SameLength(type, wire))
    return fmt::format("column {} is no longer {}", column.name, column.native_type);
  if (HasSign(type.form) && type.is_unsigned != wire.is_unsigned)
    return fmt::format("column {} changed between signed and unsigned", column.name);
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
    const core::ColumnSchema& column = schema.columns[i];
    ColumnType type = values::ColumnTypeOf(column);
    std::string difference = Difference(column, map.columns[i], type);
    const bool in_key = plan.key_place[i] >= 0 && schema.key_kind != core::KeyKind::kWholeRow;
    if (difference.empty()) difference = TakeText(column, map.columns[i], charset_of, in_key, type);
    if (!difference.empty()) return {std::nullopt, std::move(difference)};
    plan.columns.push_back(PlanColumn(type, map.columns[i]));
    if (column.mask_version != 0) plan.columns.back().decode = KeepBack;
  }
  return {std::move(plan), {}};
}

}  // namespace renkei::sources::mysql::binlog
