// The command line: `renkei <command> ...`.
#pragma once

namespace renkei::cli {

// Parses and runs; the answer is the process's exit code.
int Main(int argc, char** argv, const char* version);

}  // namespace renkei::cli
