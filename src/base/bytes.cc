#include "base/bytes.h"

namespace renkei::base {

void ByteWriter::Varint(uint64_t value) {
  while (value >= 0x80) {
    Fixed(static_cast<uint8_t>(value | 0x80));
    value >>= 7;
  }
  Fixed(static_cast<uint8_t>(value));
}

uint64_t ByteReader::Varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = Fixed<uint8_t>();
    if (!ok_) return 0;
    if (shift == 63 && byte > 1) break;
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  ok_ = false;
  return 0;
}

uint64_t ByteReader::VarintUpTo(uint64_t bound) {
  const uint64_t value = Varint();
  if (value <= bound) return value;
  ok_ = false;
  return 0;
}

std::string_view ByteReader::Text() {
  const auto part = Raw(Varint());
  return {reinterpret_cast<const char*>(part.data()), part.size()};
}

}  // namespace renkei::base
