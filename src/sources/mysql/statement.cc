#include "sources/mysql/statement.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "sources/mysql/sql_reader.h"
#include "sources/mysql/values/text.h"

namespace renkei::sources::mysql {

namespace {

using Kind = StatementEffect::Kind;

// Names of tables stand near a statement's front; values of a long INSERT need not be read.
constexpr size_t kTokensMax = 20'000;

// First words of statements that touch no table's rows or columns. OPTIMIZE and REPAIR rebuild them equal.
constexpr auto kHarmless = std::to_array<std::string_view>(
    {"ANALYZE", "BACKUP", "BEGIN",    "CHANGE", "CHECK",   "CHECKSUM",  "FLUSH",  "GRANT",  "INSTALL",
     "KILL",    "LOCK",   "OPTIMIZE", "PURGE",  "RELEASE", "REPAIR",    "RESET",  "REVOKE", "SAVEPOINT",
     "SET",     "SHOW",   "SHUTDOWN", "START",  "STOP",    "UNINSTALL", "UNLOCK", "USE"});

// What an ALTER TABLE may do without touching a value or a column.
constexpr auto kHarmlessAlter =
    std::to_array<std::string_view>({"ALGORITHM", "AUTO_INCREMENT", "COMMENT", "FORCE", "LOCK", "NOWAIT",
                                     "STATS_AUTO_RECALC", "STATS_PERSISTENT", "STATS_SAMPLE_PAGES"});

StatementEffect Schema(std::string verb, std::vector<TableReference> tables) {
  return {Kind::kSchema, std::move(verb), std::move(tables), {}};
}

// One clause, up to a comma outside parentheses or the end. Whether it is harmless.
// An option is harmless with one value only: behind more, parted by spaces, another option may stand.
bool TakeAlterClause(SqlReader& reader) {
  bool index = false;
  bool option = false;
  if (reader.Take("ADD")) {
    index = reader.Take("INDEX") || reader.Take("KEY") || reader.Take("FULLTEXT");
  } else {
    for (const std::string_view word : kHarmlessAlter) option = option || reader.Take(word);
  }
  int depth = 0;
  int values = 0;
  while (reader.left()) {
    if (reader.token().is_symbol('(')) ++depth;
    if (reader.token().is_symbol(')')) --depth;
    if (depth == 0 && reader.token().is_symbol(',')) break;
    values += reader.token().is_symbol('=') ? 0 : 1;
    reader.Skip();
  }
  return index || (option && values <= 1);
}

bool IsHarmlessAlter(SqlReader reader) {
  do {
    if (!TakeAlterClause(reader)) return false;
  } while (reader.TakeSymbol(','));
  return !reader.left();
}

StatementEffect Alter(SqlReader& reader) {
  reader.Take("ONLINE");
  const bool ignore = reader.Take("IGNORE");
  if (!reader.Take("TABLE")) return {};
  reader.TakeIfExists();
  std::vector<TableReference> tables;
  reader.TakeName(tables);
  if (!ignore && reader.left() && IsHarmlessAlter(reader)) return {};
  // RENAME [TO | AS] name, EXCHANGE PARTITION p WITH TABLE name and CONVERT TABLE name TO PARTITION bring in
  // another table.
  while (reader.left()) {
    if (reader.Take("RENAME")) {
      if (reader.Take("COLUMN") || reader.Take("INDEX") || reader.Take("KEY")) continue;
      if (!reader.Take("TO")) reader.Take("AS");
      reader.TakeName(tables);
    } else if ((reader.Take("WITH") || reader.Take("CONVERT")) && reader.Take("TABLE")) {
      reader.TakeName(tables);
    } else if (reader.left()) {
      reader.Skip();
    }
  }
  return Schema("ALTER TABLE", std::move(tables));
}

// [IF EXISTS] name ON table: the index may be a table's key.
StatementEffect Index(SqlReader& reader, std::string verb) {
  if (!reader.left()) return {};
  const bool primary = SameName(reader.token().text, "PRIMARY");
  std::vector<TableReference> tables;
  while (reader.left() && !reader.token().is("ON")) reader.Skip();
  if (reader.Take("ON")) reader.TakeName(tables);
  StatementEffect effect = Schema(std::move(verb), std::move(tables));
  effect.unique_keys_only = !primary;
  return effect;
}

StatementEffect Drop(SqlReader& reader) {
  if (reader.Take("DATABASE") || reader.Take("SCHEMA")) {
    reader.TakeIfExists();
    if (!reader.left()) return {};
    return {Kind::kDropSchema, "DROP DATABASE", {}, {reader.token().text}};
  }
  if (reader.Take("INDEX")) {
    reader.TakeIfExists();
    return Index(reader, "DROP INDEX");
  }
  if (!reader.Take("TABLE") && !reader.Take("TABLES")) return {};
  reader.TakeIfExists();
  std::vector<TableReference> tables;
  do {
    reader.TakeName(tables);
  } while (reader.TakeSymbol(','));
  return Schema("DROP TABLE", std::move(tables));
}

StatementEffect Rename(SqlReader& reader) {
  if (!reader.Take("TABLE") && !reader.Take("TABLES")) return {};
  std::vector<TableReference> tables;
  do {
    reader.TakeIfExists();
    reader.TakeName(tables);
    while (reader.left() && !reader.token().is("TO")) reader.Skip();
    if (reader.Take("TO")) reader.TakeName(tables);
  } while (reader.TakeSymbol(','));
  return Schema("RENAME TABLE", std::move(tables));
}

StatementEffect Create(SqlReader& reader) {
  const bool replace = reader.Take("OR") && reader.Take("REPLACE");
  for (const char* kind : {"UNIQUE", "FULLTEXT", "SPATIAL"}) reader.Take(kind);
  if (reader.Take("INDEX")) return replace ? Index(reader, "CREATE OR REPLACE INDEX") : StatementEffect{};
  if (!reader.Take("TABLE")) return {};
  reader.TakeIfExists();
  std::vector<TableReference> tables;
  reader.TakeName(tables);
  if (replace) return Schema("CREATE OR REPLACE TABLE", std::move(tables));
  return {Kind::kCreate, "CREATE TABLE", std::move(tables), {}};
}

StatementEffect Truncate(SqlReader& reader) {
  reader.Take("TABLE");
  StatementEffect effect{Kind::kTruncate, "TRUNCATE", {}, {}};
  reader.TakeName(effect.tables);
  return effect;
}

// SET STATEMENT variable = value FOR statement
StatementEffect Dispatch(SqlReader& reader);
StatementEffect Set(SqlReader& reader) {
  if (!reader.Take("STATEMENT")) return {};
  while (reader.left() && !reader.token().is("FOR")) reader.Skip();
  return reader.Take("FOR") ? Dispatch(reader) : StatementEffect{};
}

StatementEffect Dispatch(SqlReader& reader) {
  if (!reader.left()) return {};
  const SqlToken first = reader.token();
  reader.Skip();
  // A transaction's borders: transaction_statement.h.
  if (first.is("COMMIT") || first.is("ROLLBACK") || first.is("XA")) return {};
  if (first.is("ALTER")) return Alter(reader);
  if (first.is("DROP")) return Drop(reader);
  if (first.is("RENAME")) return Rename(reader);
  if (first.is("CREATE")) return Create(reader);
  if (first.is("TRUNCATE")) return Truncate(reader);
  if (first.is("SET")) return Set(reader);
  if (std::ranges::any_of(kHarmless, [&](std::string_view word) { return first.is(word); })) return {};
  return {Kind::kData, first.kind == SqlToken::Kind::kWord ? first.text : "?", {}, reader.Words()};
}

}  // namespace

NameMatch MatchName(std::string_view typed, std::string_view name, bool exact) {
  if (exact ? typed == name : SameName(typed, name)) return NameMatch::kYes;
  const auto is_ascii = [](std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  };
  if (is_ascii(typed) || is_ascii(name)) return NameMatch::kNo;
  return exact && values::IsUtf8(typed) ? NameMatch::kNo : NameMatch::kPerhaps;
}

bool SameName(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

StatementEffect Classify(std::string_view statement, std::string_view schema) {
  SqlReader reader(Tokenize(statement, kTokensMax), schema);
  return Dispatch(reader);
}

}  // namespace renkei::sources::mysql
