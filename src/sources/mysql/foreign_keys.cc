#include "sources/mysql/foreign_keys.h"

#include "sources/mysql/sql_tokens.h"

namespace renkei::sources::mysql {

namespace {

constexpr size_t kTokensMax = 200'000;

// "ON DELETE SET NULL" at the token; moves past it. "" where there is none or it only refuses.
std::string TakeAction(const std::vector<SqlToken>& tokens, size_t& place) {
  const auto at = [&](size_t i, std::string_view keyword) {
    return i < tokens.size() && tokens[i].is(keyword);
  };
  if (!at(place, "ON") || !(at(place + 1, "DELETE") || at(place + 1, "UPDATE"))) return {};
  const std::string head = "ON " + tokens[place + 1].text + " ";
  place += 2;
  if (at(place, "CASCADE")) return head + tokens[place++].text;
  if (at(place, "SET") && place + 1 < tokens.size()) {
    place += 2;
    return head + "SET " + tokens[place - 1].text;
  }
  return {};
}

}  // namespace

//   CONSTRAINT `name` FOREIGN KEY (`a`) REFERENCES [`schema`.]`parent` (`b`) ON DELETE CASCADE ON UPDATE ...
std::vector<ForeignKeyAction> FindForeignKeyActions(std::string_view create_statement) {
  const std::vector<SqlToken> tokens = Tokenize(create_statement, kTokensMax);
  std::vector<ForeignKeyAction> actions;
  std::string constraint;
  for (size_t place = 0; place + 1 < tokens.size(); ++place) {
    if (tokens[place].is("CONSTRAINT")) constraint = tokens[place + 1].text;
    if (!tokens[place].is("REFERENCES")) continue;
    ForeignKeyAction found{constraint, tokens[++place].text, {}};
    while (place < tokens.size() && !tokens[place].is_symbol(')')) ++place;
    ++place;
    while (place < tokens.size() && tokens[place].is("ON")) {
      const std::string action = TakeAction(tokens, place);
      if (!action.empty()) {
        found.action += (found.action.empty() ? "" : " ") + action;
      } else {
        ++place;
      }
      while (place < tokens.size() && !tokens[place].is("ON") && !tokens[place].is_symbol(',') &&
             !tokens[place].is_symbol(')'))
        ++place;
    }
    if (!found.action.empty()) actions.push_back(std::move(found));
    --place;
  }
  return actions;
}

}  // namespace renkei::sources::mysql
