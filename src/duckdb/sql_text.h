// Names and values as SQL text.
#pragma once

#include <string>
#include <string_view>

namespace renkei::duckdb {

// "name", with quotes inside doubled.
std::string QuoteName(std::string_view name);
// 'text', with quotes inside doubled. The text must hold no zero byte.
std::string QuoteText(std::string_view text);
// Lower case as DuckDB compares names: ASCII letters only.
std::string FoldCase(std::string_view name);

}  // namespace renkei::duckdb
