// The status as people read it.
#pragma once

#include <string>
#include <string_view>

#include "telemetry/language.h"

namespace renkei::cli {

// Out of the JSON that the server answers.
std::string StatusView(std::string_view status_json, telemetry::Language language);

}  // namespace renkei::cli
