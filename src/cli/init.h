// `renkei init URL`: writes a commented configuration file for the database at the URL.
#pragma once

#include <string>

#include "cli/invocation.h"

namespace renkei::cli {

struct InitOptions {
  std::string url;
};

// Never overwrites a file and never writes a password: a ${VARIABLE} stands in its place. The answer is the
// exit code.
int Init(Invocation& invocation, const InitOptions& options);

}  // namespace renkei::cli
