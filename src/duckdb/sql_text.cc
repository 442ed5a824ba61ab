#include "duckdb/sql_text.h"

namespace renkei::duckdb {

namespace {

std::string Quote(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (char letter : text) {
    quoted += letter;
    if (letter == quote) quoted += quote;
  }
  quoted += quote;
  return quoted;
}

}  // namespace

std::string QuoteName(std::string_view name) { return Quote(name, '"'); }
std::string QuoteText(std::string_view text) { return Quote(text, '\''); }

std::string FoldCase(std::string_view name) {
  std::string folded(name);
  for (char& letter : folded) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return folded;
}

}  // namespace renkei::duckdb
