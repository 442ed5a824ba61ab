// `renkei run`: captures and delivers until stopped.
#pragma once

#include "cli/invocation.h"

namespace renkei::cli {

struct RunOptions {
  // End with 0 when for every sink each routed table is visible and its offset is at or past the position
  // read at the start.
  bool until_caught_up = false;
  // The machine's clock is right although it stepped forward while nothing ran: retention follows it.
  bool accept_clock = false;
};

// The answer is the exit code.
int Run(Invocation& invocation, const RunOptions& options);

}  // namespace renkei::cli
