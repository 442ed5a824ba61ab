// A text as a JSON string.
#pragma once

#include <string>
#include <string_view>

namespace renkei::telemetry {

// Appends the text with its quotes. Bytes that are not UTF-8 become U+FFFD.
void AppendJsonText(std::string_view text, std::string& into);

}  // namespace renkei::telemetry
