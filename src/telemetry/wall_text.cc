#include "telemetry/wall_text.h"

#include <fmt/format.h>

#include <chrono>

namespace renkei::telemetry {

namespace {

using Micros = std::chrono::sys_time<std::chrono::microseconds>;

Micros FromWall(base::WallTime time) { return Micros(std::chrono::microseconds(time.value)); }

}  // namespace

std::string Rfc3339(base::WallTime time) {
  const Micros instant = FromWall(time);
  const auto midnight = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day day(midnight);
  const std::chrono::hh_mm_ss clock(instant - midnight);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::string TimeOfDay(base::WallTime time, int64_t utc_offset_seconds) {
  const Micros instant = FromWall(time) + std::chrono::seconds(utc_offset_seconds);
  const std::chrono::hh_mm_ss clock(instant - std::chrono::floor<std::chrono::days>(instant));
  return fmt::format("{:02}:{:02}:{:02}.{:03}", clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count(), clock.subseconds().count() / 1000);
}

}  // namespace renkei::telemetry
