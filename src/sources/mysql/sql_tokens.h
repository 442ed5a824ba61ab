// The words of an SQL statement, as far as telling its effect needs them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace renkei::sources::mysql {

struct SqlToken {
  enum class Kind : uint8_t { kWord, kQuotedName, kString, kSymbol };
  Kind kind = Kind::kWord;
  std::string text;  // without quotes

  bool is(std::string_view keyword) const;  // an unquoted word, in any case
  bool is_symbol(char symbol) const { return kind == Kind::kSymbol && text[0] == symbol; }
  bool can_be_name() const { return kind != Kind::kSymbol; }
};

// Comments are left out, the content of executable ones (/*! */) is in. Stops after `tokens_max`.
std::vector<SqlToken> Tokenize(std::string_view statement, size_t tokens_max);

}  // namespace renkei::sources::mysql
