// Percent escapes of URLs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace renkei::base {

// "a%20b" -> "a b"; "+" stays. Nothing if an escape is malformed.
std::optional<std::string> PercentDecode(std::string_view text);

}  // namespace renkei::base
