// Messages 2000-2099: any source.
#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

std::span<const Message> SourceMessages() { return {}; }

}  // namespace renkei::telemetry
