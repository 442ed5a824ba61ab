#include "sources/mysql/binlog/event.h"

#include <libdeflate.h>

#include <string>

#include "base/bytes.h"
#include "sources/mysql/codes.h"

namespace renkei::sources::mysql::binlog {

namespace {

constexpr uint16_t kFormatVersion = 4;
constexpr size_t kServerVersionBytes = 50;
// version, server version, creation time, header length; then a length byte for each type, then the
// algorithm.
constexpr size_t kFormatFixedBytes = 2 + kServerVersionBytes + 4 + 1;
constexpr uint8_t kCrc32Algorithm = 1;

bool ChecksumMatches(Bytes packet) {
  const size_t covered = packet.size() - kChecksumBytes;
  base::ByteReader tail(packet.subspan(covered));
  return tail.Fixed<uint32_t>() == libdeflate_crc32(0, packet.data(), covered);
}

}  // namespace

Error BadEvent(EventType type, std::string reason) {
  return Error(kBadEvent, {{"type", std::to_string(static_cast<int>(type))}, {"reason", std::move(reason)}});
}

Result<Event> ReadEvent(Bytes bytes) {
  base::ByteReader reader(bytes);
  Event event;
  event.timestamp = reader.Fixed<uint32_t>();
  event.type = reader.Fixed<EventType>();
  event.server_id = reader.Fixed<uint32_t>();
  event.length = reader.Fixed<uint32_t>();
  event.next_place = reader.Fixed<uint32_t>();
  event.flags = reader.Fixed<uint16_t>();
  if (!reader.ok()) return BadEvent(event.type, "shorter than its header");
  if (event.length != bytes.size()) return BadEvent(event.type, "its length is not the packet's");
  event.body = bytes.subspan(kHeaderBytes);
  return event;
}

Result<Event> EventSplitter::Split(Bytes packet) {
  ASSIGN_OR_RETURN(Event event, ReadEvent(packet));
  const bool format = event.type == EventType::kFormatDescription;
  // A rotate made up at a connection's start may come with or without a checksum.
  const bool made_up = event.type == EventType::kRotate && event.next_place == 0;
  if (format || checksums_) {
    const bool whole = packet.size() >= kHeaderBytes + kChecksumBytes;
    const bool matches = whole && ChecksumMatches(packet);
    if (!matches && !made_up && !(format && !checksums_)) {
      return Error(kBadChecksum, {{"type", std::to_string(static_cast<int>(event.type))}});
    }
    if (matches || format) event.body = event.body.first(event.body.size() - (whole ? kChecksumBytes : 0));
  }
  if (format) RETURN_IF_ERROR(ReadFormat(event));
  return event;
}

Status EventSplitter::ReadFormat(const Event& event) {
  base::ByteReader reader(event.body);
  if (reader.Fixed<uint16_t>() != kFormatVersion) return BadEvent(event.type, "not binary log version 4");
  if (event.body.size() < kFormatFixedBytes + 1) return BadEvent(event.type, "too short");
  if (event.body[kFormatFixedBytes - 1] != std::byte{kHeaderBytes})
    return BadEvent(event.type, "headers of another length");
  checksums_ = event.body.back() == std::byte{kCrc32Algorithm};
  return {};
}

}  // namespace renkei::sources::mysql::binlog
