// `renkei check`: is the configuration well, and with --connect, are the databases?
#pragma once

#include "cli/invocation.h"

namespace renkei::cli {

struct CheckOptions {
  bool connect = false;
};

// Prints the final list source × tables × sink. The answer is the exit code.
int Check(Invocation& invocation, const CheckOptions& options);

}  // namespace renkei::cli
