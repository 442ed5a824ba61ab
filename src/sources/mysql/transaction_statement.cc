#include "sources/mysql/transaction_statement.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "sources/mysql/sql_tokens.h"

namespace renkei::sources::mysql {

namespace {

using Kind = TransactionStatement::Kind;

// The longest are those of XA: a word each and an xid of at most five.
constexpr size_t kTokensMax = 16;

class Words {
 public:
  explicit Words(std::vector<SqlToken> tokens) : tokens_(std::move(tokens)) {}
  bool Take(std::string_view keyword) {
    if (at_ == tokens_.size() || !tokens_[at_].is(keyword)) return false;
    ++at_;
    return true;
  }
  // Names are compared without regard to case.
  std::string Name() const {
    if (at_ == tokens_.size()) return {};
    std::string name = tokens_[at_].text;
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    return name;
  }

 private:
  std::vector<SqlToken> tokens_;
  size_t at_ = 0;
};

// All but "XA COMMIT ", of which the server writes the blanks.
std::string Xid(std::string_view statement) {
  for (int word = 0; word < 2; ++word) {
    const size_t blank = statement.find(' ');
    if (blank == std::string_view::npos) return {};
    statement.remove_prefix(blank + 1);
  }
  return std::string(statement);
}

TransactionStatement Xa(Words& words, std::string_view statement) {
  Kind kind = Kind::kNone;
  if (words.Take("START") || words.Take("BEGIN")) kind = Kind::kXaStart;
  if (words.Take("END")) kind = Kind::kXaEnd;
  if (words.Take("COMMIT")) kind = Kind::kXaCommit;
  if (words.Take("ROLLBACK")) kind = Kind::kXaRollback;
  return {kind, kind == Kind::kNone ? std::string() : Xid(statement)};
}

}  // namespace

TransactionStatement ReadTransactionStatement(std::string_view statement) {
  if (statement == "BEGIN") return {Kind::kBegin, {}};
  if (statement == "COMMIT") return {Kind::kCommit, {}};
  Words words(Tokenize(statement, kTokensMax));
  if (words.Take("BEGIN")) return {Kind::kBegin, {}};
  if (words.Take("COMMIT")) return {Kind::kCommit, {}};
  if (words.Take("SAVEPOINT")) return {Kind::kSavepoint, words.Name()};
  if (words.Take("XA")) return Xa(words, statement);
  if (!words.Take("ROLLBACK")) return {};
  words.Take("WORK");
  if (!words.Take("TO")) return {Kind::kRollback, {}};
  words.Take("SAVEPOINT");
  return {Kind::kRollbackToSavepoint, words.Name()};
}

}  // namespace renkei::sources::mysql
