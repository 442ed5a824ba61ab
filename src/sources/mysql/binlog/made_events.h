// Events made by hand, without checksums, for tests.
#pragma once

#include <zstd.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "sources/mysql/binlog/event.h"
#include "sources/mysql/binlog/recorded_events.h"

namespace renkei::sources::mysql::binlog::made {

inline std::vector<std::byte> MakeEvent(EventType type, Bytes body, uint32_t next_place = 0,
                                        uint16_t flags = 0) {
  base::ByteWriter writer;
  writer.Fixed(uint32_t{1'700'000'000});
  writer.Fixed(type);
  writer.Fixed(uint32_t{1});
  writer.Fixed(static_cast<uint32_t>(kHeaderBytes + body.size()));
  writer.Fixed(next_place);
  writer.Fixed(flags);
  writer.Raw(body.data(), body.size());
  return writer.Take();
}

// Of a recorded event, which has a checksum.
inline std::vector<std::byte> BodyOf(std::string_view hex) {
  const std::vector<std::byte> packet = recorded::FromHex(hex);
  return {packet.begin() + kHeaderBytes, packet.end() - kChecksumBytes};
}

inline void Add(const std::vector<std::byte>& event, std::vector<std::byte>& to) {
  to.insert(to.end(), event.begin(), event.end());
}

inline std::vector<std::byte> GtidBody(uint64_t sequence, bool standalone) {
  base::ByteWriter writer;
  writer.Fixed(sequence);
  writer.Fixed(uint32_t{0});
  writer.Fixed(static_cast<uint8_t>(standalone ? 1 : 0));
  writer.Zeros(6);
  return writer.Take();
}

inline std::vector<std::byte> QueryBody(std::string_view schema, std::string_view statement) {
  base::ByteWriter writer;
  writer.Zeros(8);
  writer.Fixed(static_cast<uint8_t>(schema.size()));
  writer.Zeros(4);
  writer.Raw(schema.data(), schema.size());
  writer.Zeros(1);
  writer.Raw(statement.data(), statement.size());
  return writer.Take();
}

inline void PutPacked(uint64_t value, base::ByteWriter& writer) {
  writer.Fixed(uint8_t{0xFE});
  writer.Fixed(value);
}

inline std::vector<std::byte> MakePayload(Bytes plain, bool compressed, size_t claimed_size = SIZE_MAX) {
  std::vector<std::byte> packed(plain.begin(), plain.end());
  if (compressed) {
    packed.resize(ZSTD_compressBound(plain.size()));
    packed.resize(ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 3));
  }
  base::ByteWriter writer;
  const auto field = [&](uint8_t kind, uint64_t value) {
    writer.Fixed(kind);
    writer.Fixed(uint8_t{9});
    PutPacked(value, writer);
  };
  field(2, compressed ? 0 : 255);
  field(3, claimed_size == SIZE_MAX ? plain.size() : claimed_size);
  field(1, packed.size());
  writer.Fixed(uint8_t{0});
  writer.Raw(packed.data(), packed.size());
  return MakeEvent(EventType::kTransactionPayload, writer.bytes());
}

}  // namespace renkei::sources::mysql::binlog::made
