// The status as `status --json` prints it and programs rely on it; docs/operations.md describes it.
#pragma once

#include <string>

#include "pipeline/status.h"

namespace renkei::serve {

std::string StatusJson(const pipeline::PipelineStatus& status);

}  // namespace renkei::serve
