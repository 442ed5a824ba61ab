// Foreign keys with actions, out of SHOW CREATE TABLE: information_schema hides them from a user who may only
// read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace renkei::sources::mysql {

struct ForeignKeyAction {
  std::string constraint;
  std::string parent;
  std::string action;  // "ON DELETE CASCADE ON UPDATE SET NULL"
};

// Those whose action changes rows of the table itself (CASCADE, SET NULL, SET DEFAULT).
std::vector<ForeignKeyAction> FindForeignKeyActions(std::string_view create_statement);

}  // namespace renkei::sources::mysql
