#include "sources/mysql/values/text.h"

#include <cstdint>
#include <cstring>

namespace renkei::sources::mysql::values {

namespace {

constexpr uint64_t kHighBits = 0x8080808080808080u;

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

}  // namespace

size_t Utf8SequenceLength(const uint8_t* at, size_t left) {
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

void AppendUtf8(char32_t point, std::string& out) {
  const auto append = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) return append(point);
  if (point < 0x800) {
    append(0xC0 | point >> 6);
  } else {
    if (point < 0x10000) {
      append(0xE0 | point >> 12);
    } else {
      append(0xF0 | point >> 18);
      append(0x80 | (point >> 12 & 0x3F));
    }
    append(0x80 | (point >> 6 & 0x3F));
  }
  append(0x80 | (point & 0x3F));
}

bool IsAscii(std::string_view bytes) { return AsciiPrefix(bytes) == bytes.size(); }

bool IsUtf8(std::string_view bytes) {
  size_t place = AsciiPrefix(bytes);
  while (place < bytes.size()) {
    const auto* at = reinterpret_cast<const uint8_t*>(bytes.data()) + place;
    const size_t length = Utf8SequenceLength(at, bytes.size() - place);
    if (length == 0) return false;
    place += length;
  }
  return true;
}

}  // namespace renkei::sources::mysql::values
