// Messages 3000-3999: the hub.
#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

std::span<const Message> HubMessages() { return {}; }

}  // namespace renkei::telemetry
