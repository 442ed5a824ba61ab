#include "sources/mysql/client/names.h"

namespace renkei::sources::mysql::client {

std::string QuoteName(std::string_view name) {
  std::string quoted = "`";
  for (const char c : name) quoted.append(c == '`' ? 2 : 1, c);
  return quoted + "`";
}

std::string QuoteTable(const core::TableSchema& table) {
  return QuoteName(table.schema) + "." + QuoteName(table.name);
}

std::string QuoteText(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

}  // namespace renkei::sources::mysql::client
