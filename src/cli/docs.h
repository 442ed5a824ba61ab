// `renkei docs PAGE`: the reference pages that come from the code.
#pragma once

#include <string>

#include "cli/invocation.h"

namespace renkei::cli {

struct DocsOptions {
  std::string page;  // "config", "messages"
};

// The answer is the exit code.
int Docs(Invocation& invocation, const DocsOptions& options);

}  // namespace renkei::cli
