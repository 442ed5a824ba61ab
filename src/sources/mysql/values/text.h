// UTF-8 and ASCII.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace renkei::sources::mysql::values {

// Whether the bytes are well-formed UTF-8 (no surrogates, nothing overlong, nothing above U+10FFFF).
bool IsUtf8(std::string_view bytes);
bool IsAscii(std::string_view bytes);

// Bytes of the well-formed sequence at the front, 0 if there is none.
size_t Utf8SequenceLength(const uint8_t* at, size_t left);
void AppendUtf8(char32_t point, std::string& out);

}  // namespace renkei::sources::mysql::values
