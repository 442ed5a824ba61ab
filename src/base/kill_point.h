// Kill points: named places where a test lets the process die as by kill -9, to prove that no instant loses
// or repeats data. Armed only by the environment variable RENKEI_KILL_POINT=<name>[:<nth hit>]; otherwise a
// call is one comparison.
#pragma once

#include <string_view>

namespace renkei::base {

// Dies here, after the line "kill point <name>" on stderr, if this hit of this name is armed. Thread-safe.
void KillPoint(std::string_view name);

}  // namespace renkei::base
