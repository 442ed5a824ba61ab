// The clauses of an ALTER TABLE, as far as they can be told to keep every stored value. What they come to for
// a table's schema is in derive.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace renkei::sources::mysql {

// A column as a statement defines it.
struct ColumnDefinition {
  std::string type;                    // the word, lower case: "varchar"
  std::vector<std::string> arguments;  // of the type; an ENUM's members
  bool is_unsigned = false;
  std::string charset;    // "" where the statement leaves it out
  std::string collation;  // "" where the statement leaves it out
  std::optional<bool> nullable;
  bool auto_increment = false;

  enum class Default : uint8_t { kNone, kNull, kNumber, kText, kBits };
  Default default_kind = Default::kNone;
  std::string default_text;  // without quotes
};

// Where a column goes; neither: it stays, or goes to the end.
struct ColumnPlace {
  bool first = false;
  std::string after;
};

struct AddColumn {
  std::string name;
  ColumnDefinition definition;
  ColumnPlace place;
  bool if_not_exists = false;
};
struct DropColumn {
  std::string name;
  bool if_exists = false;
};
struct RenameColumn {
  std::string name;
  std::string to;
};
// MODIFY, and CHANGE, which renames too.
struct ChangeColumn {
  std::string name;
  std::string to;
  ColumnDefinition definition;
  ColumnPlace place;
  bool if_exists = false;
};
// The default of columns that are added later.
struct ChangeCharset {
  std::string charset;
  std::string collation;
};
using AlterClause = std::variant<AddColumn, DropColumn, RenameColumn, ChangeColumn, ChangeCharset>;

// The clauses that concern columns, in their order; those that concern neither a column nor a value are left
// out. Nothing for a statement that is no ALTER of one table, or of which any word is not understood.
// `unique_key`: the table's key is a unique index, so that one that is dropped may be the key.
std::optional<std::vector<AlterClause>> ReadAlter(std::string_view statement, bool unique_key);

}  // namespace renkei::sources::mysql
