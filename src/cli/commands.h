// The command line: `renkei <command> ...`.
#pragma once

#include <string>
#include <vector>

#include "cli/invocation.h"

namespace renkei::cli {

// The program: parses, runs on the machine's clock, disk and terminal; the answer is the process's exit code.
int Main(int argc, char** argv, const std::string& version);

// The same with everything given; `arguments` without the program's name.
int Dispatch(Invocation& invocation, std::vector<std::string> arguments);

}  // namespace renkei::cli
