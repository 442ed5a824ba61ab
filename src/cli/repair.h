// `renkei repair`: has a running server copy tables anew.
#pragma once

#include <string>
#include <vector>

#include "cli/invocation.h"

namespace renkei::cli {

struct RepairOptions {
  std::vector<std::string> tables;  // schema.table or patterns
};

// Ends once the copies are ordered. The exit code.
int Repair(Invocation& invocation, const RepairOptions& options);

}  // namespace renkei::cli
