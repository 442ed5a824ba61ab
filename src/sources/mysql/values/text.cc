#include "sources/mysql/values/text.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace renkei::sources::mysql::values {

namespace {

constexpr uint64_t kHighBits = 0x8080808080808080u;

// What 0x80 to 0x9F stand for.
constexpr std::array<uint16_t, 32> kCp1252 = {0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                              0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
                                              0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                              0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

size_t AsciiPrefix(std::string_view bytes) {
  size_t place = 0;
  while (place + 8 <= bytes.size()) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + place, 8);
    if ((word & kHighBits) != 0) break;
    place += 8;
  }
  while (place < bytes.size() && static_cast<uint8_t>(bytes[place]) < 0x80) ++place;
  return place;
}

// Bytes of the well-formed sequence at the front, 0 if there is none.
size_t SequenceLength(const uint8_t* at, size_t left) {
  const auto follows = [&](size_t i, uint8_t least = 0x80, uint8_t most = 0xBF) {
    return i < left && at[i] >= least && at[i] <= most;
  };
  const uint8_t lead = at[0];
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const uint8_t least = lead == 0xE0 ? 0xA0 : 0x80;
    const uint8_t most = lead == 0xED ? 0x9F : 0xBF;
    return follows(1, least, most) && follows(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const uint8_t least = lead == 0xF0 ? 0x90 : 0x80;
    const uint8_t most = lead == 0xF4 ? 0x8F : 0xBF;
    return follows(1, least, most) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

void AppendCodePoint(uint16_t point, std::string& out) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | (point >> 12));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

}  // namespace

bool IsAscii(std::string_view bytes) { return AsciiPrefix(bytes) == bytes.size(); }

bool IsUtf8(std::string_view bytes) {
  size_t place = AsciiPrefix(bytes);
  while (place < bytes.size()) {
    const auto* at = reinterpret_cast<const uint8_t*>(bytes.data()) + place;
    const size_t length = SequenceLength(at, bytes.size() - place);
    if (length == 0) return false;
    place += length;
  }
  return true;
}

std::string FromLatin1(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    AppendCodePoint(byte >= 0x80 && byte < 0xA0 ? kCp1252[byte - 0x80] : byte, text);
  }
  return text;
}

bool ToUtf8(Charset charset, std::string_view bytes, std::string& scratch, std::string_view& text) {
  switch (charset) {
    case Charset::kUtf8:
      if (!IsUtf8(bytes)) return false;
      text = bytes;
      return true;
    case Charset::kLatin1:
      if (IsAscii(bytes)) {
        text = bytes;
      } else {
        scratch = FromLatin1(bytes);
        text = scratch;
      }
      return true;
    case Charset::kAscii:
      if (!IsAscii(bytes)) return false;
      text = bytes;
      return true;
    case Charset::kBinary:
      text = bytes;
      return true;
  }
  return false;
}

}  // namespace renkei::sources::mysql::values
