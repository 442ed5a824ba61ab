// Calendar arithmetic: MySQL's dates and times to days and microseconds since 1970.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace renkei::sources::mysql::values {

constexpr int64_t kMicrosPerDay = int64_t{86400} * 1'000'000;

struct DateTime {
  uint32_t year = 0;
  uint32_t month = 0;
  uint32_t day = 0;
  uint32_t hour = 0;
  uint32_t minute = 0;
  uint32_t second = 0;
  uint32_t microsecond = 0;
};

// Days since 1970-01-01, proleptic Gregorian; nothing for a date that no calendar has (0000-00-00, month or
// day 0, 30 February), which MySQL can store.
std::optional<int32_t> DaysOf(uint32_t year, uint32_t month, uint32_t day);

// Microseconds since 1970-01-01 00:00:00; nothing where DaysOf has none or the time of day is out of range.
std::optional<int64_t> MicrosOf(const DateTime& time);

// "2026-11-25", and with "09:14:05" and as many digits of fractions; of zero and impossible dates too.
std::string ShowDate(const DateTime& time);
std::string ShowDateTime(const DateTime& time, uint8_t fraction_digits);

// The other way, for building comparisons.
DateTime DateTimeOf(int64_t micros);

}  // namespace renkei::sources::mysql::values
