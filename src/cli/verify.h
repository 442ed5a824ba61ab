// `renkei verify`: compares source and destination.
#pragma once

#include <string>
#include <vector>

#include "cli/invocation.h"

namespace renkei::cli {

struct VerifyOptions {
  std::vector<std::string> tables;  // "schema.table" or patterns; none: every table
};

// The answer is the exit code: 1 on any difference.
int Verify(Invocation& invocation, const VerifyOptions& options);

}  // namespace renkei::cli
