#include "config/quantity.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace renkei::config {

namespace {

struct Unit {
  std::string_view word;
  double size;
};

constexpr double kMost = 9e18;  // below 2^63, so that a double always fits

constexpr auto kByteUnits = std::to_array<Unit>({{"", 1},
                                                 {"b", 1},
                                                 {"kb", 1e3},
                                                 {"mb", 1e6},
                                                 {"gb", 1e9},
                                                 {"tb", 1e12},
                                                 {"kib", 1024.0},
                                                 {"mib", 1048576.0},
                                                 {"gib", 1073741824.0},
                                                 {"tib", 1099511627776.0}});

constexpr auto kShownByteUnits =
    std::to_array<std::pair<std::string_view, uint64_t>>({{"TiB", uint64_t{1} << 40},
                                                          {"GiB", uint64_t{1} << 30},
                                                          {"MiB", uint64_t{1} << 20},
                                                          {"KiB", uint64_t{1} << 10},
                                                          {"TB", 1'000'000'000'000},
                                                          {"GB", 1'000'000'000},
                                                          {"MB", 1'000'000},
                                                          {"kB", 1'000}});

// Largest first: a duration's parts stand in this order.
constexpr auto kTimeUnits = std::to_array<Unit>(
    {{"w", 604'800'000}, {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}});

// Takes digits with an optional fraction from the front.
std::optional<double> TakeNumber(std::string_view& text) {
  const size_t end = text.find_first_not_of("0123456789.");
  const std::string_view digits = text.substr(0, end);
  double value = 0;
  const auto [parsed, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failed != std::errc() || parsed != digits.data() + digits.size() || digits.front() == '.')
    return std::nullopt;
  text.remove_prefix(digits.size());
  return value;
}

// Takes letters, after spaces, from the front; lower case.
std::string TakeUnit(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  std::string unit;
  while (!text.empty() && std::isalpha(static_cast<unsigned char>(text.front()))) {
    unit += static_cast<char>(std::tolower(static_cast<unsigned char>(text.front())));
    text.remove_prefix(1);
  }
  return unit;
}

}  // namespace

std::optional<Bytes> ParseBytes(std::string_view text) {
  const std::optional<double> number = TakeNumber(text);
  if (!number) return std::nullopt;
  const std::string word = TakeUnit(text);
  for (const Unit& unit : kByteUnits) {
    const double bytes = *number * unit.size;
    if (unit.word == word && text.empty() && bytes <= kMost)
      return Bytes{static_cast<uint64_t>(std::llround(bytes))};
  }
  return std::nullopt;
}

std::optional<Duration> ParseDuration(std::string_view text) {
  if (text == "0") return Duration(0);
  if (text.empty()) return std::nullopt;
  double total_ms = 0;
  size_t next_unit = 0;
  while (!text.empty()) {
    const std::optional<double> number = TakeNumber(text);
    if (!number) return std::nullopt;
    const std::string word = TakeUnit(text);
    while (next_unit < kTimeUnits.size() && kTimeUnits[next_unit].word != word) ++next_unit;
    if (next_unit == kTimeUnits.size()) return std::nullopt;
    total_ms += *number * kTimeUnits[next_unit++].size;
    while (text.starts_with(' ')) text.remove_prefix(1);
  }
  if (total_ms > kMost) return std::nullopt;
  return Duration(std::llround(total_ms));
}

std::optional<Percent> ParsePercent(std::string_view text) {
  const std::optional<double> number = TakeNumber(text);
  while (text.starts_with(' ')) text.remove_prefix(1);
  if (!number || text != "%" || *number > 100) return std::nullopt;
  return Percent{*number};
}

std::string ShowBytes(Bytes value) {
  std::string shortest = fmt::format("{} B", value.count);
  for (const auto& [word, size] : kShownByteUnits) {
    if (value.count == 0 || value.count % size != 0) continue;
    std::string text = fmt::format("{} {}", value.count / size, word);
    if (text.size() < shortest.size()) shortest = std::move(text);
  }
  return shortest;
}

std::string ShowDuration(Duration value) {
  for (const Unit& unit : kTimeUnits) {
    const auto size = static_cast<int64_t>(unit.size);
    if (unit.word != "w" && value.count() != 0 && value.count() % size == 0) {
      return fmt::format("{}{}", value.count() / size, unit.word);
    }
  }
  return "0";
}

}  // namespace renkei::config
