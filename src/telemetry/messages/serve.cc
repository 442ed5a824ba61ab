// Messages 8000-8999: what a running server answers.
#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

std::span<const Message> ServeMessages() { return {}; }

}  // namespace renkei::telemetry
