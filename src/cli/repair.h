// `renkei repair`: has tables mended: what differs from the source is read again; stopped
// tables are copied anew.
#pragma once

#include <string>
#include <vector>

#include "cli/invocation.h"

namespace renkei::cli {

struct RepairOptions {
  std::vector<std::string> tables;  // schema.table or patterns
  bool all = false;
  bool anew = false;   // copied whole, whatever differs
  std::string source;  // whose position is lost: it goes on from its present, and its tables are compared
};

// Ends once every table is equal, or its copy is ordered. The exit code.
int Repair(Invocation& invocation, const RepairOptions& options);

}  // namespace renkei::cli
