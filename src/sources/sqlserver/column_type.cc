#include "sources/sqlserver/column_type.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "sources/sqlserver/client/connection.h"

namespace renkei::sources::sqlserver {

namespace {

using client::Cell;
using core::Kind;

constexpr int kMicrosecondDigits = 6;
constexpr int64_t kTicksPerMicro = 10;
constexpr int64_t kMicrosPerDay = int64_t{86'400} * 1'000'000;

struct Plain {
  std::string_view name;
  core::Type type;
};

constexpr auto kPlain = std::to_array<Plain>({
    {"bit", {Kind::kBool}},
    {"tinyint", {Kind::kUInt8}},
    {"smallint", {Kind::kInt16}},
    {"int", {Kind::kInt32}},
    {"bigint", {Kind::kInt64}},
    {"real", {Kind::kFloat32}},
    {"float", {Kind::kFloat64}},
    {"money", {Kind::kDecimal, 19, 4}},
    {"smallmoney", {Kind::kDecimal, 10, 4}},
    {"date", {Kind::kDate}},
    {"datetime", {Kind::kTimestamp}},
    {"smalldatetime", {Kind::kTimestamp}},
    {"uniqueidentifier", {Kind::kUuid}},
    {"char", {Kind::kText}},
    {"varchar", {Kind::kText}},
    {"nchar", {Kind::kText}},
    {"nvarchar", {Kind::kText}},
    {"sysname", {Kind::kText}},
    {"text", {Kind::kText}},
    {"ntext", {Kind::kText}},
    {"xml", {Kind::kText}},
    {"hierarchyid", {Kind::kText}},
    {"binary", {Kind::kBytes}},
    {"varbinary", {Kind::kBytes}},
    {"image", {Kind::kBytes}},
    {"timestamp", {Kind::kBytes}},
    {"rowversion", {Kind::kBytes}},
    {"geography", {Kind::kBytes}},
    {"geometry", {Kind::kBytes}},
    {"sql_variant", {Kind::kJson}},
});

std::string_view BaseOf(std::string_view native) { return native.substr(0, native.find('(')); }

bool IsUtf16(std::string_view name) { return name == "nchar" || name == "nvarchar"; }

int64_t Micros(const Cell& cell) { return cell.days * kMicrosPerDay + cell.ticks / kTicksPerMicro; }

// The instant as the clock at its offset showed it.
std::string ShowOffset(const Cell& cell) {
  constexpr int64_t kTicksPerMinute = 600'000'000;
  constexpr int64_t kTicksPerDay = 864'000'000'000;
  int64_t ticks = cell.ticks + cell.offset_minutes * kTicksPerMinute;
  int32_t days = cell.days;
  if (ticks < 0) {
    ticks += kTicksPerDay;
    --days;
  } else if (ticks >= kTicksPerDay) {
    ticks -= kTicksPerDay;
    ++days;
  }
  const int minutes = std::abs(cell.offset_minutes);
  return fmt::format("{} {} {}{:02}:{:02}", client::ShowDate(days), client::ShowTime(ticks, 7),
                     cell.offset_minutes < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::string ShowMoment(std::string_view base, const Cell& cell) {
  if (base == "time") return client::ShowTime(cell.ticks, 7);
  if (base == "datetimeoffset") return ShowOffset(cell);
  return client::ShowDate(cell.days) + " " + client::ShowTime(cell.ticks, 7);
}

// The first three fields are stored little-endian.
std::array<char, 16> UuidOf(std::string_view raw) {
  constexpr std::array<size_t, 16> kPlaces = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  std::array<char, 16> uuid{};
  for (size_t i = 0; i < uuid.size(); ++i) uuid[i] = raw[kPlaces[i]];
  return uuid;
}

bool AppendInteger(const Cell& cell, core::ColumnBuilder& to) {
  if (cell.form != Cell::Form::kInteger) return false;
  switch (to.type().kind) {
    case Kind::kBool:
    case Kind::kUInt8:
      to.Fixed(static_cast<uint8_t>(cell.integer));
      return true;
    case Kind::kInt16:
      to.Fixed(static_cast<int16_t>(cell.integer));
      return true;
    case Kind::kInt32:
      to.Fixed(static_cast<int32_t>(cell.integer));
      return true;
    default:
      to.Fixed(cell.integer);
      return true;
  }
}

bool AppendDecimal(const Cell& cell, core::ColumnBuilder& to) {
  if (cell.form != Cell::Form::kDecimal || cell.scale != to.type().scale) return false;
  if (core::FixedWidth(to.type()) == sizeof(int64_t)) {
    to.Fixed(static_cast<int64_t>(cell.decimal));
  } else {
    to.Fixed(cell.decimal);
  }
  return true;
}

std::string VariantJson(std::string_view type, std::string_view value) {
  std::string text = fmt::format(R"({{"type": "{}", "value": ")", type);
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (static_cast<uint8_t>(c) < 0x20) {
      text += fmt::format("\\u{:04x}", static_cast<uint8_t>(c));
    } else {
      text += c;
    }
  }
  return text + "\"}";
}

std::string ShowUuid(std::string_view bytes) {
  std::string text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02X}", static_cast<uint8_t>(bytes[i]));
  }
  return text;
}

int64_t FloorDay(int64_t micros) {
  return micros >= 0 ? micros / kMicrosPerDay : -((-micros + kMicrosPerDay - 1) / kMicrosPerDay);
}

// A key's time as CONVERT(..., 126) or 121 reads it.
std::string ShowMicros(int64_t micros, char between, int digits) {
  const int64_t days = FloorDay(micros);
  return client::ShowDate(static_cast<int32_t>(days)) + between +
         client::ShowTime((micros - days * kMicrosPerDay) * kTicksPerMicro, digits);
}

std::string Convert(const core::ColumnSchema& column, const std::string& text) {
  return fmt::format("CONVERT({}, '{}')", column.native_type, text);
}

template <class T>
std::string Number(const core::Column& cells, uint32_t row) {
  return std::to_string(cells.cells<T>()[row]);
}

std::string TextLiteral(const core::ColumnSchema& column, std::string_view text) {
  const std::string_view base = BaseOf(column.native_type);
  const std::string quoted = client::QuoteText(text);
  if (IsUtf16(base)) return quoted;
  if (column.collation.empty()) return fmt::format("CONVERT({}, {})", column.native_type, quoted);
  return fmt::format("CONVERT({}, {} COLLATE {})", column.native_type, quoted, column.collation);
}

}  // namespace

std::string ShowNativeType(const NativeType& type) {
  const std::string& name = type.name;
  if (name == "decimal" || name == "numeric")
    return fmt::format("{}({},{})", name, type.precision, type.scale);
  if (name == "time" || name == "datetime2" || name == "datetimeoffset")
    return fmt::format("{}({})", name, type.scale);
  const bool sized = name == "char" || name == "varchar" || name == "binary" || name == "varbinary";
  if (!sized && !IsUtf16(name)) return name;
  if (type.max_length < 0) return name + "(max)";
  return fmt::format("{}({})", name, IsUtf16(name) ? type.max_length / 2 : type.max_length);
}

std::optional<core::Type> TypeOf(const NativeType& type, FineTimes fine_times) {
  for (const Plain& plain : kPlain) {
    if (plain.name == type.name) return plain.type;
  }
  if (type.name == "decimal" || type.name == "numeric")
    return core::Type{Kind::kDecimal, static_cast<uint8_t>(type.precision), static_cast<uint8_t>(type.scale)};
  const bool as_text = type.scale > kMicrosecondDigits && fine_times == FineTimes::kText;
  if (type.name == "time") return core::Type{as_text ? Kind::kText : Kind::kDuration};
  if (type.name == "datetime2") return core::Type{as_text ? Kind::kText : Kind::kTimestamp};
  if (type.name == "datetimeoffset") return core::Type{as_text ? Kind::kText : Kind::kTimestampTz};
  return std::nullopt;
}

std::string SelectExpression(const core::ColumnSchema& column, std::string_view alias) {
  const std::string name = fmt::format("{}.{}", alias, client::QuoteName(column.name));
  const std::string_view base = BaseOf(column.native_type);
  if (base == "hierarchyid") return name + ".ToString()";
  if (base == "geography" || base == "geometry") return fmt::format("CAST({} AS varbinary(max))", name);
  if (base != "sql_variant") return name;
  const std::string kind = fmt::format("CAST(SQL_VARIANT_PROPERTY({}, 'BaseType') AS nvarchar(128))", name);
  return fmt::format(
      "{0} + N':' + CASE WHEN {0} IN (N'datetime', N'smalldatetime', N'date', N'time', N'datetime2') "
      "THEN CONVERT(nvarchar(4000), CAST({1} AS datetime2(7)), 121) "
      "WHEN {0} = N'datetimeoffset' THEN CONVERT(nvarchar(4000), CAST({1} AS datetimeoffset(7)), 121) "
      "WHEN {0} IN (N'float', N'real') THEN CONVERT(nvarchar(4000), CAST({1} AS float), 2) "
      "WHEN {0} IN (N'money', N'smallmoney') THEN CONVERT(nvarchar(4000), CAST({1} AS money), 2) "
      "WHEN {0} IN (N'binary', N'varbinary') THEN CONVERT(nvarchar(4000), CAST({1} AS varbinary(8000)), 1) "
      "ELSE CAST({1} AS nvarchar(4000)) END",
      kind, name);
}

bool AppendCell(const core::ColumnSchema& column, const Cell& cell, core::ColumnBuilder& to) {
  if (cell.form == Cell::Form::kNull) {
    to.Null();
    return true;
  }
  switch (to.type().kind) {
    case Kind::kBool:
    case Kind::kUInt8:
    case Kind::kInt16:
    case Kind::kInt32:
    case Kind::kInt64:
      return AppendInteger(cell, to);
    case Kind::kFloat32:
      if (cell.form != Cell::Form::kFloat) return false;
      to.Fixed(static_cast<float>(cell.number));
      return true;
    case Kind::kFloat64:
      if (cell.form != Cell::Form::kFloat) return false;
      to.Fixed(cell.number);
      return true;
    case Kind::kDecimal:
      return AppendDecimal(cell, to);
    case Kind::kDate:
      if (cell.form != Cell::Form::kMoment) return false;
      to.Fixed(cell.days);
      return true;
    case Kind::kDuration:
      if (cell.form != Cell::Form::kMoment) return false;
      to.Fixed(cell.ticks / kTicksPerMicro);
      return true;
    case Kind::kTimestamp:
    case Kind::kTimestampTz:
      if (cell.form != Cell::Form::kMoment) return false;
      to.Fixed(Micros(cell));
      return true;
    case Kind::kUuid:
      if (cell.form != Cell::Form::kBytes || cell.bytes.size() != 16) return false;
      to.Fixed(UuidOf(cell.bytes));
      return true;
    case Kind::kJson: {
      const size_t colon = cell.bytes.find(':');
      if (cell.form != Cell::Form::kText || colon == std::string_view::npos) return false;
      to.Varying(VariantJson(cell.bytes.substr(0, colon), cell.bytes.substr(colon + 1)));
      return true;
    }
    case Kind::kText:
      if (cell.form == Cell::Form::kMoment) {
        to.Varying(ShowMoment(BaseOf(column.native_type), cell));
        return true;
      }
      [[fallthrough]];
    default:
      if (cell.form != Cell::Form::kText && cell.form != Cell::Form::kBytes) return false;
      to.Varying(cell.bytes);
      return true;
  }
}

std::string KeyLiteral(const core::ColumnSchema& column, const core::Column& cells, uint32_t row) {
  const std::string_view base = BaseOf(column.native_type);
  switch (column.type.kind) {
    case Kind::kBool:
    case Kind::kUInt8:
      return Number<uint8_t>(cells, row);
    case Kind::kInt16:
      return Number<int16_t>(cells, row);
    case Kind::kInt32:
      return Number<int32_t>(cells, row);
    case Kind::kInt64:
      return Number<int64_t>(cells, row);
    case Kind::kFloat32:
      return Convert(column, fmt::format("{:.9g}", cells.cells<float>()[row]));
    case Kind::kFloat64:
      return Convert(column, fmt::format("{:.17g}", cells.cells<double>()[row]));
    case Kind::kDecimal:
      return Convert(column, client::ShowDecimal(core::FixedWidth(column.type) == sizeof(int64_t)
                                                     ? cells.cells<int64_t>()[row]
                                                     : cells.cells<core::Int128>()[row],
                                                 column.type.scale));
    case Kind::kDate:
      return Convert(column, client::ShowDate(cells.cells<int32_t>()[row]));
    case Kind::kDuration:
      return Convert(column, client::ShowTime(cells.cells<int64_t>()[row] * kTicksPerMicro, 6));
    case Kind::kTimestampTz:
      return Convert(column, ShowMicros(cells.cells<int64_t>()[row], ' ', 6) + " +00:00");
    case Kind::kTimestamp:
      if (base == "datetime2") return Convert(column, ShowMicros(cells.cells<int64_t>()[row], ' ', 6));
      return fmt::format("CONVERT({}, '{}', 126)", column.native_type,
                         ShowMicros(cells.cells<int64_t>()[row], 'T', 3));
    case Kind::kUuid:
      return Convert(column, ShowUuid(cells.bytes(row)));
    case Kind::kBytes: {
      std::string text = "0x";
      for (const char byte : cells.bytes(row)) text += fmt::format("{:02X}", static_cast<uint8_t>(byte));
      return text;
    }
    default:
      if (base == "time" || base == "datetime2" || base == "datetimeoffset")
        return Convert(column, std::string(cells.bytes(row)));
      return TextLiteral(column, cells.bytes(row));
  }
}

}  // namespace renkei::sources::sqlserver
