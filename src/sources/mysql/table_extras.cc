#include "sources/mysql/table_extras.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace renkei::sources::mysql {

namespace {

// What stands behind "name": up to a quote, comma or brace. Names of character sets need no escapes.
std::string Member(const std::string& json, const std::string& name) {
  const std::string mark = "\"" + name + "\":";
  size_t begin = json.find(mark);
  if (begin == std::string::npos) return "";
  begin += mark.size();
  if (begin < json.size() && json[begin] == '"') ++begin;
  return json.substr(begin, json.find_first_of("\",}", begin) - begin);
}

uint32_t NumberMember(const std::string& json, const std::string& name) {
  const std::string text = Member(json, name);
  uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::string TableExtras::Encode() const {
  return fmt::format(R"({{"charset":"{}","collation":"{}","next_column":{},"counted":{}}})", charset,
                     collation, next_column, counted);
}

TableExtras TableExtras::Of(const core::TableSchema& table) {
  TableExtras extras{Member(table.open, "charset"), Member(table.open, "collation")};
  extras.next_column = NumberMember(table.open, "next_column");
  extras.counted = NumberMember(table.open, "counted");
  for (const core::ColumnSchema& column : table.columns)
    extras.next_column = std::max(extras.next_column, column.id + 1);
  return extras;
}

std::string CharsetOfCollationName(const std::string& collation) {
  return collation.substr(0, collation.find('_'));
}

bool SameColumns(const core::TableSchema& a, const core::TableSchema& b) {
  core::TableSchema same = a;
  same.table = b.table;
  same.id = b.id;
  same.generation = b.generation;
  same.open = b.open;
  if (a.columns.size() != b.columns.size()) return false;
  for (size_t i = 0; i < a.columns.size(); ++i) same.columns[i].id = b.columns[i].id;
  return same == b;
}

}  // namespace renkei::sources::mysql
