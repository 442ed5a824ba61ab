// What a statement in the binary log does to captured tables. Rows come as events of their own; a statement
// in text is a schema change, a transaction's border, or data changed in statement format, which cannot be
// followed. Conservative: what is not known to be harmless names every word that could be a table.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace renkei::sources::mysql {

struct TableReference {
  std::string schema;
  std::string table;
  friend bool operator==(const TableReference&, const TableReference&) = default;
};

struct StatementEffect {
  enum class Kind : uint8_t {
    kNone,
    kTruncate,    // empties `tables`
    kCreate,      // `tables` may be there from now on
    kSchema,      // changes, drops, renames or replaces `tables`
    kDropSchema,  // drops all tables of the schema `words[0]`
    kData,        // may change any table that `words` names
  };
  Kind kind = Kind::kNone;
  std::string verb;  // "ALTER TABLE": for messages, which must not quote a statement's values
  std::vector<TableReference> tables;
  std::vector<std::string> words;
  bool unique_keys_only = false;  // concerns only tables whose key is a unique index
};

// `schema`: the session's default, for names without one.
StatementEffect Classify(std::string_view statement, std::string_view schema);

// Whether a name in a statement means a name in the catalog. `exact`: the server tells names apart by their
// case. Statements are in the client's character set; a name that is not UTF-8 may mean any that is not
// ASCII.
enum class NameMatch : uint8_t { kNo, kPerhaps, kYes };
NameMatch MatchName(std::string_view typed, std::string_view name, bool exact);

// Compared without regard to ASCII case.
bool SameName(std::string_view a, std::string_view b);

}  // namespace renkei::sources::mysql
