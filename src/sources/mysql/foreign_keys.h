// Foreign keys with actions, out of SHOW CREATE TABLE: information_schema hides them from a user who may only
// read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace renkei::sources::mysql {

struct ForeignKeyAction {
  std::string constraint;
  std::vector<std::string> columns;
  std::string parent_schema;  // "" in the text: the table's own
  std::string parent;
  std::vector<std::string> parent_columns;
  std::string action;      // "ON DELETE CASCADE ON UPDATE SET NULL"
  bool on_delete = false;  // it changes rows where one of the parent's is deleted
  bool on_update = false;  // the same where the parent's columns change
  friend bool operator==(const ForeignKeyAction&, const ForeignKeyAction&) = default;
};

// Those whose action changes rows of the table itself (CASCADE, SET NULL, SET DEFAULT). `schema`: the
// table's.
std::vector<ForeignKeyAction> FindForeignKeyActions(std::string_view create_statement,
                                                    std::string_view schema);

}  // namespace renkei::sources::mysql
