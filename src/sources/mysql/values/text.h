// Character sets to UTF-8.
#pragma once

#include <string>
#include <string_view>

#include "sources/mysql/values/column_type.h"

namespace renkei::sources::mysql::values {

// Whether the bytes are well-formed UTF-8 (no surrogates, nothing overlong, nothing above U+10FFFF).
bool IsUtf8(std::string_view bytes);
bool IsAscii(std::string_view bytes);

// The text in UTF-8: `bytes` itself where they are that already, else built in `scratch`. False for bytes
// that the character set does not have; then `text` is untouched. MySQL's latin1 is cp1252 with five holes,
// which MySQL carries as U+0081, U+008D, U+008F, U+0090 and U+009D; so do we.
bool ToUtf8(Charset charset, std::string_view bytes, std::string& scratch, std::string_view& text);

// Latin1 bytes in UTF-8.
std::string FromLatin1(std::string_view bytes);

}  // namespace renkei::sources::mysql::values
