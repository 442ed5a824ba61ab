#include "sources/mysql/defined_column.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "sources/mysql/statement.h"

namespace renkei::sources::mysql {

namespace {

using values::Form;

// How many arguments a type may have; what the server puts where there are none (MariaDB's display widths).
struct TypeWord {
  std::string_view word;
  std::string_view native;
  size_t arguments_min = 0;
  size_t arguments_max = 0;
  std::string_view mariadb_signed = {};
  std::string_view mariadb_unsigned = {};
  bool text = false;
};

constexpr auto kTypeWords = std::to_array<TypeWord>({
    {"tinyint", "tinyint", 0, 1, "4", "3"},
    {"smallint", "smallint", 0, 1, "6", "5"},
    {"mediumint", "mediumint", 0, 1, "9", "8"},
    {"int", "int", 0, 1, "11", "10"},
    {"integer", "int", 0, 1, "11", "10"},
    {"bigint", "bigint", 0, 1, "20", "20"},
    {"float", "float", 0, 0},
    {"double", "double", 0, 0},
    {"decimal", "decimal", 0, 2},
    {"numeric", "decimal", 0, 2},
    {"bit", "bit", 0, 1},
    {"year", "year", 0, 0},
    {"date", "date", 0, 0},
    {"time", "time", 0, 1},
    {"datetime", "datetime", 0, 1},
    {"timestamp", "timestamp", 0, 1},
    {"char", "char", 0, 1, {}, {}, true},
    {"varchar", "varchar", 1, 1, {}, {}, true},
    {"tinytext", "tinytext", 0, 0, {}, {}, true},
    {"text", "text", 0, 0, {}, {}, true},
    {"mediumtext", "mediumtext", 0, 0, {}, {}, true},
    {"longtext", "longtext", 0, 0, {}, {}, true},
    {"binary", "binary", 0, 1},
    {"varbinary", "varbinary", 1, 1},
    {"tinyblob", "tinyblob", 0, 0},
    {"blob", "blob", 0, 0},
    {"mediumblob", "mediumblob", 0, 0},
    {"longblob", "longblob", 0, 0},
    {"enum", "enum", 1, 65535, {}, {}, true},
    {"set", "set", 1, 64, {}, {}, true},
    {"uuid", "uuid", 0, 0},
    {"inet4", "inet4", 0, 0},
    {"inet6", "inet6", 0, 0},
});

// A VARCHAR above becomes a text of another kind, or not, by the session's mode.
constexpr uint32_t kVarCharMax = 16383;

bool IsDigits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<uint32_t> ToNumber(std::string_view text) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool IsInteger(std::string_view native) { return native.ends_with("int"); }

std::optional<std::string> Members(const std::vector<std::string>& arguments) {
  std::string list;
  for (const std::string& member : arguments) {
    const bool plain =
        std::ranges::none_of(member, [](char c) { return static_cast<unsigned char>(c) < 32; });
    if (!plain || member.ends_with(' ')) return std::nullopt;
    std::string quoted;
    for (const char c : member) quoted += c == '\'' ? "''" : std::string(1, c);
    list += (list.empty() ? "'" : ",'") + quoted + "'";
  }
  return list;
}

std::optional<std::string> Arguments(const TypeWord& word, const ColumnDefinition& definition, bool mariadb) {
  const auto& given = definition.arguments;
  if (word.native == "enum" || word.native == "set") return Members(given);
  std::vector<uint32_t> numbers;
  for (const std::string& argument : given) {
    const auto number = ToNumber(argument);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  if (IsInteger(word.native)) {
    if (mariadb && numbers.empty())
      return std::string(definition.is_unsigned ? word.mariadb_unsigned : word.mariadb_signed);
    if (mariadb) return given[0];
    const bool boolean = word.native == "tinyint" && given == std::vector<std::string>{"1"};
    return boolean && !definition.is_unsigned ? "1" : "";
  }
  if (word.native == "decimal") {
    const uint32_t precision = numbers.empty() || numbers[0] == 0 ? 10 : numbers[0];
    return fmt::format("{},{}", precision, numbers.size() < 2 ? 0 : numbers[1]);
  }
  if (word.native == "year") return mariadb ? "4" : "";
  if (word.native == "char" || word.native == "binary" || word.native == "bit")
    return numbers.empty() ? "1" : given[0];
  if (word.native == "varchar" && numbers[0] > kVarCharMax) return std::nullopt;
  if (numbers.empty() || (numbers[0] == 0 && !word.native.starts_with("var"))) return "";
  return std::to_string(numbers[0]);
}

// The definition's character set, or else the table's.
bool SettleCharset(const ColumnDefinition& definition, const TableExtras& table,
                   const StatementContext& context, DefinedColumn& column) {
  std::string charset = definition.charset;
  std::string collation = definition.collation;
  for (std::string* name : {&charset, &collation})
    for (char& c : *name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (charset.empty() && collation.empty()) {
    column.charset = table.charset;
    column.collation = table.collation;
    return !column.charset.empty() && column.charset != "binary";
  }
  if (charset.empty()) charset = CharsetOfCollationName(collation);
  const auto known = context.default_collations.find(charset);
  if (known == context.default_collations.end() || charset == "binary") return false;
  if (!collation.empty() && CharsetOfCollationName(collation) != charset) return false;
  column.charset = charset;
  column.collation = collation.empty() ? known->second : collation;
  return true;
}

std::optional<DefinedColumn> DefineJson(bool mariadb) {
  DefinedColumn column;
  column.native_type = mariadb ? "longtext" : "json";
  if (mariadb) {
    column.charset = "utf8mb4";
    column.collation = "utf8mb4_bin";
    column.json = true;
  }
  return column;
}

std::optional<DefinedColumn> DefineType(const ColumnDefinition& definition, const TableExtras& table,
                                        const StatementContext& context) {
  ColumnDefinition meant = definition;
  if (meant.type == "bool" || meant.type == "boolean") {
    meant.type = "tinyint";
    meant.arguments = {"1"};
  }
  if (meant.type == "json") {
    if (!meant.arguments.empty() || !meant.charset.empty() || !meant.collation.empty()) return std::nullopt;
    return DefineJson(context.mariadb);
  }
  const auto word = std::ranges::find(kTypeWords, meant.type, &TypeWord::word);
  if (word == kTypeWords.end() || meant.arguments.size() < word->arguments_min ||
      meant.arguments.size() > word->arguments_max)
    return std::nullopt;
  if (!word->text && (!meant.charset.empty() || !meant.collation.empty())) return std::nullopt;
  const auto arguments = Arguments(*word, meant, context.mariadb);
  if (!arguments) return std::nullopt;
  DefinedColumn column;
  column.native_type = std::string(word->native);
  if (!arguments->empty()) column.native_type += "(" + *arguments + ")";
  if (meant.is_unsigned) column.native_type += " unsigned";
  if (word->text && !SettleCharset(meant, table, context, column)) return std::nullopt;
  return column;
}

// [-]digits, without zeros in front.
std::optional<std::string> IntegerText(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (!IsDigits(text)) return std::nullopt;
  while (text.size() > 1 && text.front() == '0') text.remove_prefix(1);
  return (negative && text != "0" ? "-" : "") + std::string(text);
}

std::optional<std::string> DecimalText(std::string_view text, uint8_t scale) {
  const size_t dot = text.find('.');
  const auto whole = IntegerText(text.substr(0, dot));
  if (!whole || dot == std::string_view::npos) return whole;
  const std::string_view fraction = text.substr(dot + 1);
  if (!IsDigits(fraction) || fraction.size() > scale) return std::nullopt;
  return (*whole == "0" && text.starts_with('-') ? "-0" : *whole) + "." + std::string(fraction);
}

// Exactly YYYY-MM-DD, of a day that there is.
bool IsDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto year = ToNumber(text.substr(0, 4));
  const auto month = ToNumber(text.substr(5, 2));
  const auto day = ToNumber(text.substr(8, 2));
  if (!year || !month || !day || *year == 0) return false;
  return std::chrono::year_month_day(std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                                     std::chrono::day(*day))
      .ok();
}

// Exactly YYYY-MM-DD hh:mm:ss[.f].
bool IsDateTime(std::string_view text, uint8_t fraction_digits) {
  if (text.size() < 19 || !IsDate(text.substr(0, 10)) || text[10] != ' ') return false;
  const auto hour = ToNumber(text.substr(11, 2));
  const auto minute = ToNumber(text.substr(14, 2));
  const auto second = ToNumber(text.substr(17, 2));
  if (!hour || !minute || !second || text[13] != ':' || text[16] != ':') return false;
  if (*hour > 23 || *minute > 59 || *second > 59) return false;
  if (text.size() == 19) return true;
  return text[19] == '.' && IsDigits(text.substr(20)) && text.size() - 20 <= fraction_digits;
}

std::optional<std::string> BitsText(std::string_view bits) {
  uint64_t number = 0;
  if (bits.empty() || bits.size() > 64) return std::nullopt;
  for (const char bit : bits) {
    if (bit != '0' && bit != '1') return std::nullopt;
    number = number << 1 | static_cast<uint64_t>(bit - '0');
  }
  return std::to_string(number);
}

std::optional<std::string> TextOf(const std::string& text, bool quoted, const values::ColumnType& type) {
  switch (type.form) {
    case Form::kChar:
      return quoted && !text.ends_with(' ') ? std::optional(text) : std::nullopt;
    case Form::kVarChar:
      return quoted ? std::optional(text) : std::nullopt;
    case Form::kEnum:
    case Form::kSet:
      if (quoted && (std::ranges::count(type.members, text) > 0 || (type.form == Form::kSet && text.empty())))
        return text;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// The literal as a value of the type, as the column then shows it.
std::optional<std::string> ValueOf(const ColumnDefinition& definition, const values::ColumnType& type) {
  const std::string& text = definition.default_text;
  const bool quoted = definition.default_kind == ColumnDefinition::Default::kText;
  if (definition.default_kind == ColumnDefinition::Default::kBits)
    return type.form == Form::kBit ? BitsText(text) : std::nullopt;
  switch (type.form) {
    case Form::kTinyInt:
    case Form::kSmallInt:
    case Form::kMediumInt:
    case Form::kInt:
    case Form::kBigInt:
      return IntegerText(text);
    case Form::kBit:
      return quoted ? std::nullopt : IntegerText(text);
    case Form::kDecimal:
      return type.type.kind == core::Kind::kDecimal ? DecimalText(text, type.scale) : std::nullopt;
    case Form::kDate:
      return quoted && IsDate(text) ? std::optional(text) : std::nullopt;
    case Form::kDateTime:
      return quoted && IsDateTime(text, type.fraction_digits) ? std::optional(text) : std::nullopt;
    default:
      return TextOf(text, quoted, type);
  }
}

// Of NOT NULL without a default.
std::optional<std::string> ImplicitValue(const values::ColumnType& type) {
  if (type.form <= Form::kBigInt || type.form == Form::kBit || type.form == Form::kYear) return "0";
  if (type.form == Form::kDecimal)
    return type.type.kind == core::Kind::kDecimal ? std::optional<std::string>("0") : std::nullopt;
  if (type.type.kind != core::Kind::kText) return std::nullopt;
  if (type.form == Form::kEnum) return type.members[0];
  if (type.form >= Form::kChar && type.form <= Form::kText) return "";
  return type.form == Form::kSet ? std::optional<std::string>("") : std::nullopt;
}

}  // namespace

std::optional<DefinedColumn> Define(const ColumnDefinition& definition, const TableExtras& table,
                                    const StatementContext& context) {
  // Without NULL or NOT NULL a TIMESTAMP is one or the other by a setting.
  if (definition.type == "timestamp" && !definition.nullable) return std::nullopt;
  auto column = DefineType(definition, table, context);
  if (column) column->nullable = definition.nullable.value_or(true);
  return column;
}

Fill FillOf(const ColumnDefinition& definition, const values::ColumnType& type, bool nullable) {
  using Default = ColumnDefinition::Default;
  const bool no_default =
      definition.default_kind == Default::kNone || definition.default_kind == Default::kNull;
  if (no_default && nullable) return {.known = true, .value = std::nullopt};
  if (definition.default_kind == Default::kNull) return {};
  auto value = no_default ? ImplicitValue(type) : ValueOf(definition, type);
  return {.known = value.has_value(), .value = std::move(value)};
}

}  // namespace renkei::sources::mysql
