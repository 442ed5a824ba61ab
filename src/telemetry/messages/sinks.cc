// Messages 4100-4999: sinks.
#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

std::span<const Message> SinksMessages() { return {}; }

}  // namespace renkei::telemetry
