#include "sources/mysql/values/column_type.h"

#include <array>
#include <charconv>

#include "base/check.h"

namespace renkei::sources::mysql::values {

namespace {

using core::Kind;

constexpr uint32_t kDecimalDigitsMax = 65;

struct Spelling {
  std::string_view word;
  Form form;
  Kind kind;
  Kind unsigned_kind;
};

constexpr std::array kSpellings = {
    Spelling{"tinyint", Form::kTinyInt, Kind::kInt8, Kind::kUInt8},
    Spelling{"smallint", Form::kSmallInt, Kind::kInt16, Kind::kUInt16},
    Spelling{"mediumint", Form::kMediumInt, Kind::kInt32, Kind::kUInt32},
    Spelling{"int", Form::kInt, Kind::kInt32, Kind::kUInt32},
    Spelling{"bigint", Form::kBigInt, Kind::kInt64, Kind::kUInt64},
    Spelling{"float", Form::kFloat, Kind::kFloat32, Kind::kFloat32},
    Spelling{"double", Form::kDouble, Kind::kFloat64, Kind::kFloat64},
    Spelling{"decimal", Form::kDecimal, Kind::kDecimal, Kind::kDecimal},
    Spelling{"bit", Form::kBit, Kind::kUInt64, Kind::kUInt64},
    Spelling{"year", Form::kYear, Kind::kInt16, Kind::kInt16},
    Spelling{"date", Form::kDate, Kind::kDate, Kind::kDate},
    Spelling{"time", Form::kTime, Kind::kDuration, Kind::kDuration},
    Spelling{"datetime", Form::kDateTime, Kind::kTimestamp, Kind::kTimestamp},
    Spelling{"timestamp", Form::kTimestamp, Kind::kTimestampTz, Kind::kTimestampTz},
    Spelling{"char", Form::kChar, Kind::kText, Kind::kText},
    Spelling{"varchar", Form::kVarChar, Kind::kText, Kind::kText},
    Spelling{"tinytext", Form::kText, Kind::kText, Kind::kText},
    Spelling{"text", Form::kText, Kind::kText, Kind::kText},
    Spelling{"mediumtext", Form::kText, Kind::kText, Kind::kText},
    Spelling{"longtext", Form::kText, Kind::kText, Kind::kText},
    Spelling{"binary", Form::kBinary, Kind::kBytes, Kind::kBytes},
    Spelling{"varbinary", Form::kVarBinary, Kind::kBytes, Kind::kBytes},
    Spelling{"tinyblob", Form::kBlob, Kind::kBytes, Kind::kBytes},
    Spelling{"blob", Form::kBlob, Kind::kBytes, Kind::kBytes},
    Spelling{"mediumblob", Form::kBlob, Kind::kBytes, Kind::kBytes},
    Spelling{"longblob", Form::kBlob, Kind::kBytes, Kind::kBytes},
    Spelling{"enum", Form::kEnum, Kind::kText, Kind::kText},
    Spelling{"set", Form::kSet, Kind::kText, Kind::kText},
    Spelling{"json", Form::kJson, Kind::kJson, Kind::kJson},
    Spelling{"geometry", Form::kGeometry, Kind::kBytes, Kind::kBytes},
    Spelling{"point", Form::kGeometry, Kind::kBytes, Kind::kBytes},
    Spelling{"linestring", Form::kGeometry, Kind::kBytes, Kind::kBytes},
    Spelling{"polygon", Form::kGeometry, Kind::kBytes, Kind::kBytes},
    Spelling{"multipoint", Form::kGeometry, Kind::kBytes, Kind::kBytes},
    Spelling{"multilinestring", Form::kGeometry, Kind::kBytes, Kind::kBytes},
    Spelling{"multipolygon", Form::kGeometry, Kind::kBytes, Kind::kBytes},
    Spelling{"geometrycollection", Form::kGeometry, Kind::kBytes, Kind::kBytes},
    Spelling{"geomcollection", Form::kGeometry, Kind::kBytes, Kind::kBytes},
    Spelling{"vector", Form::kVector, Kind::kFloat32List, Kind::kFloat32List},
    Spelling{"uuid", Form::kUuid, Kind::kUuid, Kind::kUuid},
    Spelling{"inet4", Form::kInet4, Kind::kText, Kind::kText},
    Spelling{"inet6", Form::kInet6, Kind::kText, Kind::kText},
};

// native := word ["(" arguments ")"] {" " word}
struct Parts {
  std::string_view word;
  std::vector<std::string> arguments;
  std::string_view rest;
};

char Unescaped(char escaped) {
  switch (escaped) {
    case '0':
      return '\0';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return escaped;
  }
}

// A quoted member: quotes doubled, the rest escaped by backslashes.
std::optional<std::string> TakeQuoted(std::string_view& text) {
  std::string member;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      member += Unescaped(text[++i]);
    } else if (text[i] != '\'') {
      member += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == '\'') {
      member += text[++i];
    } else {
      text.remove_prefix(i + 1);
      return member;
    }
  }
  return std::nullopt;
}

std::optional<Parts> Split(std::string_view native) {
  Parts parts;
  const size_t end = native.find_first_of("( ");
  parts.word = native.substr(0, end);
  if (end == std::string_view::npos) return parts;
  native.remove_prefix(end);
  if (native.front() == '(') {
    while (!native.empty() && native.front() != ')') {
      native.remove_prefix(1);
      if (!native.empty() && native.front() == '\'') {
        auto member = TakeQuoted(native);
        if (!member) return std::nullopt;
        parts.arguments.push_back(*std::move(member));
      } else {
        const size_t stop = native.find_first_of(",)");
        if (stop == std::string_view::npos) return std::nullopt;
        parts.arguments.emplace_back(native.substr(0, stop));
        native.remove_prefix(stop);
      }
    }
    if (native.empty()) return std::nullopt;
    native.remove_prefix(1);
  }
  parts.rest = native;
  return parts;
}

uint32_t Number(const Parts& parts, size_t index, uint32_t otherwise) {
  if (index >= parts.arguments.size()) return otherwise;
  const std::string& text = parts.arguments[index];
  uint32_t number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

bool HasCharset(Form form) {
  return form == Form::kChar || form == Form::kVarChar || form == Form::kText || form == Form::kEnum ||
         form == Form::kSet;
}

bool IsTemporal(Form form) { return form >= Form::kDate && form <= Form::kTimestamp; }

// DuckDB's decimals end at 38 digits; what is longer becomes the text of its digits.
bool FillDecimal(const Parts& parts, ColumnType& column) {
  const uint32_t precision = Number(parts, 0, 10);
  const uint32_t scale = Number(parts, 1, 0);
  if (precision < 1 || precision > kDecimalDigitsMax || scale > precision) return false;
  column.precision = static_cast<uint8_t>(precision);
  column.scale = static_cast<uint8_t>(scale);
  if (precision > 38) {
    column.type.kind = Kind::kText;
  } else {
    column.type.precision = column.precision;
    column.type.scale = column.scale;
  }
  return true;
}

bool FillArguments(const Parts& parts, ColumnType& column) {
  switch (column.form) {
    case Form::kDecimal:
      return FillDecimal(parts, column);
    case Form::kBit:
      column.length = Number(parts, 0, 1);
      if (column.length == 1) column.type.kind = Kind::kBool;
      return column.length >= 1 && column.length <= 64;
    case Form::kTime:
    case Form::kDateTime:
    case Form::kTimestamp:
      column.fraction_digits = static_cast<uint8_t>(Number(parts, 0, 0));
      return column.fraction_digits <= 6;
    case Form::kChar:
    case Form::kVarChar:
    case Form::kBinary:
    case Form::kVarBinary:
      column.length = Number(parts, 0, 1);
      return true;
    case Form::kEnum:
    case Form::kSet:
      column.members = parts.arguments;
      return !column.members.empty();
    default:
      return true;
  }
}

// A comment marks another storage form; false for one that we do not know.
bool FillStorage(std::string_view rest, ColumnType& column) {
  const size_t comment = rest.find("/*");
  if (comment == std::string_view::npos) return true;
  if (rest.find("COMPRESSED*/", comment) != std::string_view::npos) {
    column.compressed = true;
    return true;
  }
  const bool old = rest.find("/* mariadb-5.3 */", comment) != std::string_view::npos;
  if (old && IsTemporal(column.form)) column.old_temporal = true;
  return column.old_temporal || rest.find("/* mysql-5.6 */", comment) != std::string_view::npos;
}

bool FillCharset(std::string_view charset, bool json, ColumnType& column) {
  if (!HasCharset(column.form)) return true;
  const auto found = FindCharset(charset);
  if (!found || *found == Charset::kBinary) return false;
  column.declared = column.charset = *found;
  if (json && column.form == Form::kText && *found == Charset::kUtf8) column.type.kind = Kind::kJson;
  return true;
}

bool FillReading(const Reading& reading, ColumnType& column) {
  const bool text =
      column.form >= Form::kChar && column.form <= Form::kText && column.type.kind == Kind::kText;
  if (!text && (!reading.charset.empty() || reading.invalid_text != TextPolicy::kRefuse)) return false;
  if (!reading.charset.empty()) {
    const auto actual = FindCharset(reading.charset);
    if (!actual) return false;
    column.charset = *actual;
  }
  if (reading.invalid_text == TextPolicy::kReplace) column.invalid_text = InvalidText::kReplace;
  if (reading.invalid_text == TextPolicy::kBytes) column.charset = Charset::kBinary;
  if (text && column.charset == Charset::kBinary) column.type.kind = Kind::kBytes;
  if (reading.zero_dates == ZeroDates::kRefuse) return true;
  column.zero_dates = reading.zero_dates;
  if (reading.zero_dates == ZeroDates::kText) column.type.kind = Kind::kText;
  return IsTemporal(column.form) && column.form != Form::kTime;
}

}  // namespace

std::optional<ColumnType> ParseColumnType(std::string_view native, std::string_view charset, bool json,
                                          const Reading& reading) {
  const auto parts = Split(native);
  if (!parts) return std::nullopt;
  for (const Spelling& spelling : kSpellings) {
    if (spelling.word != parts->word) continue;
    ColumnType column;
    column.form = spelling.form;
    column.is_unsigned = parts->rest.find("unsigned") != std::string_view::npos;
    column.type.kind = column.is_unsigned ? spelling.unsigned_kind : spelling.kind;
    if (!FillArguments(*parts, column) || !FillStorage(parts->rest, column) ||
        !FillCharset(charset, json, column) || !FillReading(reading, column))
      return std::nullopt;
    return column;
  }
  return std::nullopt;
}

ColumnType ColumnTypeOf(const core::ColumnSchema& column) {
  const auto reading = DecodeReading(column.reading);
  CHECK(reading.has_value());
  auto parsed =
      ParseColumnType(column.native_type, column.charset, column.type.kind == core::Kind::kJson, *reading);
  CHECK(parsed.has_value());
  CHECK(parsed->type == column.type);
  return *std::move(parsed);
}

}  // namespace renkei::sources::mysql::values
