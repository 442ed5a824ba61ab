#include "sources/mysql/values/temporal.h"

#include <fmt/format.h>

#include <array>

namespace renkei::sources::mysql::values {

namespace {

constexpr std::array<uint8_t, 12> kMonthDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

bool IsLeap(uint32_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

// Counted in eras of 400 years that begin on 1 March, where the leap day is the last of a year.
int32_t DaysFromCivil(int32_t year, uint32_t month, uint32_t day) {
  year -= month <= 2 ? 1 : 0;
  const int32_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<uint32_t>(year - era * 400);
  const uint32_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const uint32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<int32_t>(day_of_era) - 719468;
}

}  // namespace

std::optional<int32_t> DaysOf(uint32_t year, uint32_t month, uint32_t day) {
  if (year > 9999 || month < 1 || month > 12 || day < 1) return std::nullopt;
  const uint32_t last = kMonthDays[month - 1] + (month == 2 && IsLeap(year) ? 1u : 0u);
  if (day > last) return std::nullopt;
  return DaysFromCivil(static_cast<int32_t>(year), month, day);
}

std::optional<int64_t> MicrosOf(const DateTime& time) {
  const auto days = DaysOf(time.year, time.month, time.day);
  if (!days || time.hour > 23 || time.minute > 59 || time.second > 59 || time.microsecond > 999'999)
    return std::nullopt;
  const int64_t seconds = int64_t{time.hour} * 3600 + time.minute * 60 + time.second;
  return *days * kMicrosPerDay + seconds * 1'000'000 + time.microsecond;
}

std::string ShowDate(const DateTime& time) {
  return fmt::format("{:04}-{:02}-{:02}", time.year, time.month, time.day);
}

std::string ShowDateTime(const DateTime& time, uint8_t fraction_digits) {
  std::string shown =
      fmt::format("{} {:02}:{:02}:{:02}", ShowDate(time), time.hour, time.minute, time.second);
  if (fraction_digits == 0) return shown;
  shown += fmt::format(".{:06}", time.microsecond);
  shown.resize(shown.size() - 6 + fraction_digits);
  return shown;
}

DateTime DateTimeOf(int64_t micros) {
  int64_t days = micros / kMicrosPerDay;
  int64_t rest = micros % kMicrosPerDay;
  if (rest < 0) {
    rest += kMicrosPerDay;
    --days;
  }
  const int64_t shifted = days + 719468;
  const int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const auto day_of_era = static_cast<uint32_t>(shifted - era * 146097);
  const uint32_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const uint32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const uint32_t shifted_month = (5 * day_of_year + 2) / 153;
  DateTime time;
  time.day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  time.month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  time.year = static_cast<uint32_t>(era * 400 + year_of_era + (time.month <= 2 ? 1 : 0));
  const int64_t seconds = rest / 1'000'000;
  time.microsecond = static_cast<uint32_t>(rest % 1'000'000);
  time.hour = static_cast<uint32_t>(seconds / 3600);
  time.minute = static_cast<uint32_t>(seconds / 60 % 60);
  time.second = static_cast<uint32_t>(seconds % 60);
  return time;
}

}  // namespace renkei::sources::mysql::values
