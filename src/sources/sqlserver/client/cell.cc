#include "sources/sqlserver/client/cell.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace renkei::sources::sqlserver::client {

std::string ShowDate(int32_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string ShowTime(int64_t ticks, int digits) {
  const int64_t seconds = ticks / 10'000'000;
  std::string text = fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (digits > 0)
    text += fmt::format(".{:07}", ticks % 10'000'000).substr(0, 1 + static_cast<size_t>(digits));
  return text;
}

std::string ShowDecimal(core::Int128 value, uint8_t scale) {
  const bool negative = value < 0;
  auto rest = negative ? -static_cast<unsigned __int128>(value) : static_cast<unsigned __int128>(value);
  std::string text;
  do {
    text += static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  } while (rest != 0);
  while (text.size() <= scale) text += '0';
  if (negative) text += '-';
  std::ranges::reverse(text);
  if (scale > 0) text.insert(text.size() - scale, 1, '.');
  return text;
}

std::string ShowCell(const Cell& cell) {
  switch (cell.form) {
    case Cell::Form::kNull:
      return "";
    case Cell::Form::kInteger:
      return std::to_string(cell.integer);
    case Cell::Form::kFloat:
      return fmt::format("{:.17g}", cell.number);
    case Cell::Form::kDecimal:
      return ShowDecimal(cell.decimal, cell.scale);
    case Cell::Form::kMoment:
      return ShowDate(cell.days) + " " + ShowTime(cell.ticks, 7);
    case Cell::Form::kText:
      return std::string(cell.bytes);
    case Cell::Form::kBytes: {
      std::string text;
      for (const char byte : cell.bytes) text += fmt::format("{:02X}", static_cast<uint8_t>(byte));
      return text;
    }
  }
  return "";
}

}  // namespace renkei::sources::sqlserver::client
