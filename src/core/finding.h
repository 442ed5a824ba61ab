// What `check` and a starting capture find out about the other side: one message each, with its severity in
// the message table. A finding whose message is an error stops the source, or, where it names a table, only
// that table.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace renkei::core {

struct Finding {
  Error message;
  std::string table;  // "schema.table", "" = the whole source
};

using Findings = std::vector<Finding>;

}  // namespace renkei::core
