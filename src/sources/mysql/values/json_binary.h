// MySQL's stored form of JSON into text: the very text that the server itself shows.
#pragma once

#include <string>
#include <string_view>

namespace renkei::sources::mysql::values {

// Appends the document's text. False for bytes that are no such document; `text` is then of no use.
bool AppendJson(std::string_view binary, std::string& text);

// A double as the server writes it inside of JSON: 1.0, 0.1, 1e20.
void AppendJsonDouble(double number, std::string& text);

}  // namespace renkei::sources::mysql::values
