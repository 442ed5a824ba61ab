// Messages 1200-1299: the command line.
#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

std::span<const Message> CliMessages() { return {}; }

}  // namespace renkei::telemetry
