// The character sets that MySQL and MariaDB have, and their way into UTF-8: for every code the same character
// as the server's own CONVERT(... USING utf8mb4) gives (docs/decisions/0010).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace renkei::sources::mysql::values {

// The single-byte sets that need a table come after kFirstSingleByte, in the order of their table.
enum class Charset : uint8_t {
  kBinary,
  kUtf8,
  kAscii,
  kUcs2,
  kUtf16,
  kUtf16Le,
  kUtf32,
  kSjis,
  kCp932,
  kUjis,
  kEucJpMs,
  kGb2312,
  kGbk,
  kGb18030,
  kBig5,
  kEucKr,
  kSwe7,
  kFirstSingleByte,
};

// By the server's name for it; "utf8" is utf8mb3.
std::optional<Charset> FindCharset(std::string_view name);

// What to do with bytes that the character set does not have.
enum class InvalidText : uint8_t {
  kRefuse,
  kReplace,  // U+FFFD for each byte (or unit of a wide set) that begins no character
};

// The text in UTF-8: `bytes` itself where they are that already, else built in `scratch`. False for bytes
// that the character set does not have, if they are refused; then `text` is untouched.
bool ToUtf8(Charset charset, std::string_view bytes, std::string& scratch, std::string_view& text,
            InvalidText invalid = InvalidText::kRefuse);

}  // namespace renkei::sources::mysql::values
