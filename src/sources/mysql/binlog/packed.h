// Length-encoded integers and texts of the MySQL protocol:
//
//   packed := u8 below 251 | 0xFC u16 | 0xFD u24 | 0xFE u64
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace renkei::sources::mysql::binlog {

inline uint64_t ReadPacked(base::ByteReader& reader) {
  const auto lead = reader.Fixed<uint8_t>();
  if (lead < 251) return lead;
  if (lead == 0xFC) return reader.Fixed<uint16_t>();
  if (lead == 0xFD) {
    const uint32_t low = reader.Fixed<uint16_t>();
    return low | uint32_t{reader.Fixed<uint8_t>()} << 16;
  }
  if (lead == 0xFE) return reader.Fixed<uint64_t>();
  reader.Fail();
  return 0;
}

inline std::string_view AsText(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::string_view ReadPackedText(base::ByteReader& reader) {
  const uint64_t length = ReadPacked(reader);
  if (length > reader.left()) reader.Fail();
  return reader.ok() ? AsText(reader.Raw(length)) : std::string_view();
}

}  // namespace renkei::sources::mysql::binlog
