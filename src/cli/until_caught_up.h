// Waiting until a session's sinks have everything the sources had at this moment.
#pragma once

#include "base/io/stop_signal.h"
#include "base/result.h"
#include "cli/invocation.h"
#include "cli/session.h"

namespace renkei::cli {

// Shows progress meanwhile. Errors: what stopped so that it never will be; kStopAsked.
Status AwaitCaughtUp(Session& session, const Invocation& invocation, const base::io::StopSignal& stop);

}  // namespace renkei::cli
