// `renkei status`: what a running server does.
#pragma once

#include "cli/invocation.h"

namespace renkei::cli {

struct StatusOptions {
  bool json = false;
  bool watch = false;  // again and again until stopped; not with json
};

// The answer is the exit code.
int ShowStatus(Invocation& invocation, const StatusOptions& options);

}  // namespace renkei::cli
