#include "sources/mysql/foreign_keys.h"

#include <utility>

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

// "(`a`, `b`)" from the token on; moves past it.
std::vector<std::string> TakeNames(const std::vector<SqlToken>& tokens, size_t& place) {
  std::vector<std::string> names;
  if (place >= tokens.size() || !tokens[place].is_symbol('(')) return names;
  for (++place; place < tokens.size() && !tokens[place].is_symbol(')'); ++place) {
    if (tokens[place].can_be_name()) names.push_back(tokens[place].text);
  }
  ++place;
  return names;
}

void TakeActions(const std::vector<SqlToken>& tokens, size_t& place, ForeignKeyAction& found) {
  while (place < tokens.size() && tokens[place].is("ON")) {
    const bool deletes = place + 1 < tokens.size() && tokens[place + 1].is("DELETE");
    const std::string action = TakeAction(tokens, place);
    if (!action.empty()) {
      found.action += (found.action.empty() ? "" : " ") + action;
      (deletes ? found.on_delete : found.on_update) = true;
    } else {
      ++place;
    }
    while (place < tokens.size() && !tokens[place].is("ON") && !tokens[place].is_symbol(',') &&
           !tokens[place].is_symbol(')'))
      ++place;
  }
}

}  // namespace

//   CONSTRAINT `name` FOREIGN KEY (`a`) REFERENCES [`schema`.]`parent` (`b`) ON DELETE CASCADE ON UPDATE ...
std::vector<ForeignKeyAction> FindForeignKeyActions(std::string_view create_statement,
                                                    std::string_view schema) {
  const std::vector<SqlToken> tokens = Tokenize(create_statement, kTokensMax);
  std::vector<ForeignKeyAction> actions;
  ForeignKeyAction found;
  for (size_t place = 0; place + 1 < tokens.size();) {
    if (tokens[place].is("CONSTRAINT")) {
      found = {.constraint = tokens[place + 1].text};
      place += 2;
    } else if (tokens[place].is("FOREIGN") && tokens[place + 1].is("KEY")) {
      place += 2;
      found.columns = TakeNames(tokens, place);
    } else if (tokens[place].is("REFERENCES")) {
      found.parent_schema = schema;
      found.parent = tokens[++place].text;
      if (++place + 1 < tokens.size() && tokens[place].is_symbol('.')) {
        found.parent_schema = std::exchange(found.parent, tokens[place + 1].text);
        place += 2;
      }
      found.parent_columns = TakeNames(tokens, place);
      TakeActions(tokens, place, found);
      if (found.on_delete || found.on_update) actions.push_back(found);
      found = {};
    } else {
      ++place;
    }
  }
  return actions;
}

}  // namespace renkei::sources::mysql
