// SqlReader: walks over the words of a statement. One thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sources/mysql/sql_tokens.h"
#include "sources/mysql/statement.h"

namespace renkei::sources::mysql {

class SqlReader {
 public:
  SqlReader(std::vector<SqlToken> tokens, std::string_view schema)
      : tokens_(std::move(tokens)), schema_(schema) {}

  bool Take(std::string_view keyword) {
    if (!left() || !tokens_[place_].is(keyword)) return false;
    ++place_;
    return true;
  }
  bool TakeSymbol(char symbol) {
    if (!left() || !tokens_[place_].is_symbol(symbol)) return false;
    ++place_;
    return true;
  }
  // IF [NOT] EXISTS; true if it was there.
  bool TakeIfExists() {
    if (!Take("IF")) return false;
    Take("NOT");
    Take("EXISTS");
    return true;
  }
  bool left() const { return place_ < tokens_.size(); }
  void Skip() { ++place_; }
  const SqlToken& token() const { return tokens_[place_]; }
  const SqlToken* ahead(size_t places) const {
    return place_ + places < tokens_.size() ? &tokens_[place_ + places] : nullptr;
  }

  bool TakeName(std::vector<TableReference>& tables) {
    if (!left() || !token().can_be_name()) return false;
    TableReference reference{schema_, tokens_[place_++].text};
    if (TakeSymbol('.') && left()) {
      reference.schema = std::exchange(reference.table, tokens_[place_].text);
      ++place_;
    }
    tables.push_back(std::move(reference));
    return true;
  }

  // Every word that could name something.
  std::vector<std::string> Words() const {
    std::vector<std::string> words = {schema_};
    for (const SqlToken& token : tokens_) {
      if (token.can_be_name()) words.push_back(token.text);
    }
    return words;
  }

 private:
  std::vector<SqlToken> tokens_;
  std::string schema_;
  size_t place_ = 0;
};

}  // namespace renkei::sources::mysql
