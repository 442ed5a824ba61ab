#include "cli/run.h"

namespace renkei::cli {

int Run(Invocation&, const RunOptions&) { return static_cast<int>(telemetry::Exit::kWrongInput); }

}  // namespace renkei::cli
