// The status as Prometheus reads it.
#pragma once

#include <string>

#include "pipeline/status.h"

namespace renkei::serve {

std::string MetricsText(const pipeline::PipelineStatus& status);

}  // namespace renkei::serve
