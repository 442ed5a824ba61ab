#include "sources/mysql/alter.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "sources/mysql/sql_reader.h"

namespace renkei::sources::mysql {

namespace {

constexpr size_t kTokensMax = 20'000;

// Table options that take one value and touch no column.
constexpr auto kOptions = std::to_array<std::string_view>(
    {"ALGORITHM", "AUTO_INCREMENT", "AVG_ROW_LENGTH", "CHECKSUM", "COMMENT", "KEY_BLOCK_SIZE", "LOCK",
     "MAX_ROWS", "MIN_ROWS", "PACK_KEYS", "ROW_FORMAT", "STATS_AUTO_RECALC", "STATS_PERSISTENT",
     "STATS_SAMPLE_PAGES", "WAIT"});

// A condition of a version that a server may not meet: what stands there counts for some servers only. All
// that we capture from know what 5.6 knew.
bool HasDoubtfulComment(std::string_view statement) {
  constexpr uint32_t kKnownToAll = 50699;
  for (size_t at = statement.find("/*"); at != std::string_view::npos; at = statement.find("/*", at + 2)) {
    size_t place = at + 2;
    if (place < statement.size() && statement[place] == 'M') return true;
    if (place >= statement.size() || statement[place] != '!') continue;
    uint32_t version = 0;
    for (++place; place < statement.size() && std::isdigit(static_cast<unsigned char>(statement[place]));
         ++place)
      version = std::min(version * 10 + static_cast<uint32_t>(statement[place] - '0'), 1'000'000u);
    if (version > kKnownToAll) return true;
  }
  return false;
}

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool IsDigits(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
}

// Takes the clauses one by one; any word that is not understood ends it.
class AlterReader {
 public:
  AlterReader(SqlReader reader, bool unique_key) : reader_(std::move(reader)), unique_key_(unique_key) {}

  bool Read() {
    reader_.Take("ONLINE");
    if (!reader_.Take("TABLE")) return false;
    reader_.TakeIfExists();
    std::vector<TableReference> tables;
    if (!reader_.TakeName(tables)) return false;
    if (reader_.Take("WAIT")) reader_.Skip();
    reader_.Take("NOWAIT");
    if (!reader_.left()) return true;
    do {
      if (!Clause()) return false;
    } while (reader_.TakeSymbol(','));
    return !reader_.left();
  }
  std::vector<AlterClause> TakeClauses() { return std::move(clauses_); }

 private:
  bool Clause() {
    if (reader_.Take("ADD")) return Add();
    if (reader_.Take("DROP")) return Drop();
    if (reader_.Take("RENAME")) return Rename();
    if (reader_.Take("CHANGE")) return Change(true);
    if (reader_.Take("MODIFY")) return Change(false);
    if (reader_.Take("ALTER")) return Alter();
    if (reader_.Take("FORCE") || reader_.Take("NOWAIT")) return true;
    return Options();
  }

  bool Name(std::string& name) {
    if (!reader_.left() || !reader_.token().can_be_name() || reader_.token().kind == SqlToken::Kind::kString)
      return false;
    name = reader_.token().text;
    reader_.Skip();
    return !name.empty();
  }

  // Up to the clause's end.
  bool SkipRest() {
    int depth = 0;
    while (reader_.left() && (depth > 0 || !reader_.token().is_symbol(','))) {
      if (reader_.token().is_symbol('(')) ++depth;
      if (reader_.token().is_symbol(')')) --depth;
      if (depth < 0) return false;
      reader_.Skip();
    }
    return depth == 0;
  }

  bool Add() {
    for (const std::string_view kind : {"INDEX", "KEY", "FULLTEXT", "SPATIAL", "UNIQUE"}) {
      if (reader_.Take(kind)) return SkipRest();
    }
    for (const std::string_view other :
         {"CONSTRAINT", "PRIMARY", "FOREIGN", "CHECK", "PARTITION", "PERIOD", "SYSTEM", "VECTOR"}) {
      if (reader_.Take(other)) return false;
    }
    reader_.Take("COLUMN");
    const bool if_not_exists = reader_.TakeIfExists();
    const bool several = reader_.TakeSymbol('(');
    do {
      AddColumn add;
      add.if_not_exists = if_not_exists;
      if (!Name(add.name) || !Definition(add.definition)) return false;
      if (!several && !Place(add.place)) return false;
      clauses_.emplace_back(std::move(add));
    } while (several && reader_.TakeSymbol(','));
    return !several || reader_.TakeSymbol(')');
  }

  bool Drop() {
    if (reader_.Take("INDEX") || reader_.Take("KEY")) {
      reader_.TakeIfExists();
      std::string name;
      return !unique_key_ && Name(name) && !SameName(name, "PRIMARY");
    }
    if (reader_.Take("FOREIGN")) {
      if (!reader_.Take("KEY")) return false;
      reader_.TakeIfExists();
      std::string name;
      return Name(name);
    }
    for (const std::string_view other : {"PRIMARY", "CONSTRAINT", "CHECK", "PARTITION", "PERIOD", "SYSTEM"}) {
      if (reader_.Take(other)) return false;
    }
    reader_.Take("COLUMN");
    DropColumn drop;
    drop.if_exists = reader_.TakeIfExists();
    if (!Name(drop.name)) return false;
    if (!reader_.Take("RESTRICT")) reader_.Take("CASCADE");
    clauses_.emplace_back(std::move(drop));
    return true;
  }

  bool Rename() {
    std::string from;
    std::string to;
    if (reader_.Take("INDEX") || reader_.Take("KEY")) return Name(from) && reader_.Take("TO") && Name(to);
    if (!reader_.Take("COLUMN")) return false;
    reader_.TakeIfExists();
    if (!Name(from) || !reader_.Take("TO") || !Name(to)) return false;
    clauses_.emplace_back(RenameColumn{from, to});
    return true;
  }

  bool Change(bool renames) {
    reader_.Take("COLUMN");
    ChangeColumn change;
    change.if_exists = reader_.TakeIfExists();
    if (!Name(change.name)) return false;
    change.to = change.name;
    if (renames && !Name(change.to)) return false;
    if (!Definition(change.definition) || !Place(change.place)) return false;
    clauses_.emplace_back(std::move(change));
    return true;
  }

  // Defaults and visibility.
  bool Alter() {
    std::string name;
    if (reader_.Take("INDEX")) return Name(name) && SkipRest();
    if (reader_.Take("CHECK") || reader_.Take("CONSTRAINT")) return false;
    reader_.Take("COLUMN");
    if (!Name(name)) return false;
    if (reader_.Take("DROP")) return reader_.Take("DEFAULT");
    if (!reader_.Take("SET")) return false;
    if (reader_.Take("VISIBLE") || reader_.Take("INVISIBLE")) return true;
    return reader_.Take("DEFAULT") && SkipRest();
  }

  // option := name ["="] value, several parted by blanks
  bool Options() {
    bool any = false;
    while (reader_.left() && !reader_.token().is_symbol(',')) {
      if (!Option()) return false;
      any = true;
    }
    return any;
  }

  bool Option() {
    if (reader_.Take("ENGINE")) {
      reader_.TakeSymbol('=');
      return reader_.Take("INNODB");
    }
    if (reader_.Take("ENABLE") || reader_.Take("DISABLE")) return reader_.Take("KEYS");
    const bool is_default = reader_.Take("DEFAULT");
    ChangeCharset change;
    if (TakeCharsetWord() && Equals() && Name(change.charset)) {
      clauses_.emplace_back(std::move(change));
      return true;
    }
    if (reader_.Take("COLLATE") && Equals() && Name(change.collation)) {
      clauses_.emplace_back(std::move(change));
      return true;
    }
    if (is_default) return false;
    const bool known =
        std::ranges::any_of(kOptions, [&](std::string_view option) { return reader_.Take(option); });
    if (!known) return false;
    reader_.TakeSymbol('=');
    if (!reader_.left() || reader_.token().kind == SqlToken::Kind::kSymbol) return false;
    reader_.Skip();
    return true;
  }

  bool Equals() {
    reader_.TakeSymbol('=');
    return true;
  }

  bool TakeCharsetWord() {
    if (reader_.Take("CHARSET")) return true;
    return (reader_.Take("CHARACTER") || reader_.Take("CHAR")) && reader_.Take("SET");
  }

  bool Place(ColumnPlace& place) {
    place.first = reader_.Take("FIRST");
    return !reader_.Take("AFTER") || Name(place.after);
  }

  bool Definition(ColumnDefinition& definition) {
    if (!reader_.left() || reader_.token().kind != SqlToken::Kind::kWord) return false;
    definition.type = Lower(reader_.token().text);
    reader_.Skip();
    if (reader_.TakeSymbol('(') && !Arguments(definition.arguments)) return false;
    while (Attribute(definition)) {
    }
    return understood_;
  }

  bool Arguments(std::vector<std::string>& arguments) {
    do {
      if (!reader_.left() || reader_.token().kind == SqlToken::Kind::kSymbol) return false;
      arguments.push_back(reader_.token().text);
      reader_.Skip();
    } while (reader_.TakeSymbol(','));
    return reader_.TakeSymbol(')');
  }

  // False at the definition's end, and where it is not understood.
  bool Attribute(ColumnDefinition& definition) {
    if (reader_.Take("AUTO_INCREMENT")) return definition.auto_increment = true;
    if (reader_.Take("UNSIGNED")) return definition.is_unsigned = true;
    if (reader_.Take("SIGNED") || reader_.Take("VISIBLE") || reader_.Take("INVISIBLE")) return true;
    if (TakeCharsetWord()) return understood_ = Name(definition.charset);
    if (reader_.Take("COLLATE")) return understood_ = Name(definition.collation);
    if (reader_.Take("NOT")) {
      definition.nullable = false;
      return understood_ = reader_.Take("NULL");
    }
    if (reader_.Take("NULL")) {
      definition.nullable = true;
      return true;
    }
    if (reader_.Take("DEFAULT")) return understood_ = Default(definition);
    if (reader_.Take("UNIQUE")) return reader_.Take("KEY") || true;
    if (reader_.Take("COMMENT")) {
      const bool text = reader_.left() && reader_.token().kind == SqlToken::Kind::kString;
      if (text) reader_.Skip();
      return understood_ = text;
    }
    if (!reader_.left() || reader_.token().is_symbol(',') || reader_.token().is_symbol(')') ||
        reader_.token().is("FIRST") || reader_.token().is("AFTER"))
      return false;
    return understood_ = false;
  }

  bool Default(ColumnDefinition& definition) {
    using Kind = ColumnDefinition::Default;
    if (!reader_.left()) return false;
    if (reader_.token().kind == SqlToken::Kind::kString) {
      definition.default_kind = Kind::kText;
      definition.default_text = reader_.token().text;
      reader_.Skip();
      return true;
    }
    if (reader_.Take("NULL")) {
      definition.default_kind = Kind::kNull;
      return true;
    }
    if (reader_.token().is("TRUE") || reader_.token().is("FALSE")) {
      definition.default_kind = Kind::kNumber;
      definition.default_text.assign(1, reader_.token().is("TRUE") ? '1' : '0');
      reader_.Skip();
      return true;
    }
    const SqlToken* next = reader_.ahead(1);
    if (reader_.token().is("B") && next != nullptr && next->kind == SqlToken::Kind::kString) {
      definition.default_kind = Kind::kBits;
      definition.default_text = next->text;
      reader_.Skip();
      reader_.Skip();
      return true;
    }
    return Number(definition);
  }

  bool Number(ColumnDefinition& definition) {
    std::string text;
    if (reader_.TakeSymbol('-')) {
      text.push_back('-');
    } else {
      reader_.TakeSymbol('+');
    }
    if (!reader_.left() || !IsDigits(reader_.token().text)) return false;
    text += reader_.token().text;
    reader_.Skip();
    if (reader_.TakeSymbol('.')) {
      if (!reader_.left() || !IsDigits(reader_.token().text)) return false;
      text.push_back('.');
      text.append(reader_.token().text);
      reader_.Skip();
    }
    definition.default_kind = ColumnDefinition::Default::kNumber;
    definition.default_text = text;
    return true;
  }

  SqlReader reader_;
  const bool unique_key_;
  bool understood_ = true;
  std::vector<AlterClause> clauses_;
};

}  // namespace

std::optional<std::vector<AlterClause>> ReadAlter(std::string_view statement, bool unique_key) {
  // A backslash means one thing or another by the session's mode.
  if (HasDoubtfulComment(statement) || statement.find('\\') != std::string_view::npos) return std::nullopt;
  std::vector<SqlToken> tokens = Tokenize(statement, kTokensMax);
  if (tokens.size() == kTokensMax) return std::nullopt;
  SqlReader reader(std::move(tokens), "");
  // SET STATEMENT variable = value FOR statement: it may change the mode.
  if (!reader.Take("ALTER")) return std::nullopt;
  AlterReader alter(std::move(reader), unique_key);
  if (!alter.Read()) return std::nullopt;
  return alter.TakeClauses();
}

}  // namespace renkei::sources::mysql
