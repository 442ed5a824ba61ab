// Messages 1100-1199: the configuration file.
#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

std::span<const Message> ConfigMessages() { return {}; }

}  // namespace renkei::telemetry
