// The languages of our texts.
#pragma once

#include <cstdint>
#include <string_view>

namespace renkei::telemetry {

enum class Language : uint8_t { kEnglish, kJapanese };

// By a locale's name as LANG has it: "ja_JP.UTF-8" is Japanese, anything else English.
constexpr Language LanguageOfLocale(std::string_view locale) {
  const bool japanese =
      locale.starts_with("ja") && (locale.size() == 2 || locale[2] == '_' || locale[2] == '.');
  return japanese ? Language::kJapanese : Language::kEnglish;
}

}  // namespace renkei::telemetry
