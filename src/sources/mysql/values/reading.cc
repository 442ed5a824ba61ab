#include "sources/mysql/values/reading.h"

namespace renkei::sources::mysql::values {

namespace {

constexpr std::string_view kCharset = "charset=";
constexpr std::string_view kReplace = "invalid_text=replace";
constexpr std::string_view kBytes = "invalid_text=bytes";
constexpr std::string_view kNull = "zero_dates=null";
constexpr std::string_view kText = "zero_dates=text";

bool Take(std::string_view option, Reading& reading) {
  if (option.starts_with(kCharset)) {
    reading.charset = option.substr(kCharset.size());
  } else if (option == kReplace || option == kBytes) {
    reading.invalid_text = option == kReplace ? TextPolicy::kReplace : TextPolicy::kBytes;
  } else if (option == kNull || option == kText) {
    reading.zero_dates = option == kNull ? ZeroDates::kNull : ZeroDates::kText;
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::string EncodeReading(const Reading& reading) {
  std::string text;
  const auto add = [&](std::string_view option, std::string_view value = {}) {
    if (!text.empty()) text += ' ';
    text += option;
    text += value;
  };
  if (!reading.charset.empty()) add(kCharset, reading.charset);
  if (reading.invalid_text != TextPolicy::kRefuse)
    add(reading.invalid_text == TextPolicy::kReplace ? kReplace : kBytes);
  if (reading.zero_dates != ZeroDates::kRefuse) add(reading.zero_dates == ZeroDates::kNull ? kNull : kText);
  return text;
}

std::optional<Reading> DecodeReading(std::string_view text) {
  Reading reading;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (!Take(text.substr(0, end), reading)) return std::nullopt;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reading;
}

}  // namespace renkei::sources::mysql::values
