// Messages 5000-5999: the pipeline.
#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

std::span<const Message> PipelineMessages() { return {}; }

}  // namespace renkei::telemetry
