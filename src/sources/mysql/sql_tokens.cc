#include "sources/mysql/sql_tokens.h"

#include <algorithm>
#include <cctype>

namespace renkei::sources::mysql {

namespace {

bool IsSpace(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool IsWord(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || (c & 0x80) != 0;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool Next(SqlToken& token) {
    SkipBlank();
    if (place_ >= text_.size()) return false;
    const char c = text_[place_];
    if (c == '`') {
      token = {SqlToken::Kind::kQuotedName, TakeQuoted('`')};
    } else if (c == '\'' || c == '"') {
      token = {SqlToken::Kind::kString, TakeQuoted(c)};
    } else if (IsWord(c)) {
      const size_t begin = place_;
      while (place_ < text_.size() && IsWord(text_[place_])) ++place_;
      token = {SqlToken::Kind::kWord, std::string(text_.substr(begin, place_ - begin))};
    } else {
      token = {SqlToken::Kind::kSymbol, std::string(1, c)};
      ++place_;
    }
    return true;
  }

 private:
  bool At(std::string_view mark) const { return text_.substr(place_).starts_with(mark); }
  void SkipPast(std::string_view mark) {
    const size_t found = text_.find(mark, place_);
    place_ = found == std::string_view::npos ? text_.size() : found + mark.size();
  }

  void SkipBlank() {
    while (place_ < text_.size()) {
      if (IsSpace(text_[place_])) {
        ++place_;
      } else if (At("/*!") || At("/*M!")) {
        place_ += At("/*!") ? 3 : 4;
        while (place_ < text_.size() && IsDigit(text_[place_])) ++place_;
      } else if (At("*/")) {
        place_ += 2;
      } else if (At("/*")) {
        SkipPast("*/");
      } else if (At("#") || At("-- ")) {
        SkipPast("\n");
      } else {
        return;
      }
    }
  }

  std::string TakeQuoted(char quote) {
    std::string text;
    ++place_;
    while (place_ < text_.size()) {
      const char c = text_[place_++];
      if (c == quote) {
        if (place_ >= text_.size() || text_[place_] != quote) return text;
        ++place_;
      } else if (c == '\\' && quote != '`' && place_ < text_.size()) {
        text += text_[place_++];
        continue;
      }
      text += c;
    }
    return text;
  }

  std::string_view text_;
  size_t place_ = 0;
};

}  // namespace

bool SqlToken::is(std::string_view keyword) const {
  return kind == Kind::kWord && std::ranges::equal(text, keyword, [](char a, char b) {
           return std::toupper(static_cast<unsigned char>(a)) == b;
         });
}

std::vector<SqlToken> Tokenize(std::string_view statement, size_t tokens_max) {
  std::vector<SqlToken> tokens;
  Scanner scanner(statement);
  SqlToken token;
  while (tokens.size() < tokens_max && scanner.Next(token)) tokens.push_back(std::move(token));
  return tokens;
}

}  // namespace renkei::sources::mysql
