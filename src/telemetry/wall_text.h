// Wall times as text.
#pragma once

#include <string>

#include "base/clock.h"

namespace renkei::telemetry {

// "2026-11-25T09:14:05.123456Z".
std::string Rfc3339(base::WallTime time);
// "09:14:05.123" in the zone that is so far east of UTC.
std::string TimeOfDay(base::WallTime time, int64_t utc_offset_seconds);

}  // namespace renkei::telemetry
