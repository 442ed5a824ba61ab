#include "cli/status.h"

namespace renkei::cli {

int ShowStatus(Invocation&, const StatusOptions&) { return static_cast<int>(telemetry::Exit::kWrongInput); }

}  // namespace renkei::cli
