#include "cli/verify.h"

namespace renkei::cli {

int Verify(Invocation&, const VerifyOptions&) { return static_cast<int>(telemetry::Exit::kWrongInput); }

}  // namespace renkei::cli
