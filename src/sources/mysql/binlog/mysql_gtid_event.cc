#include "sources/mysql/binlog/mysql_gtid_event.h"

#include <bit>

#include "base/bytes.h"
#include "sources/mysql/binlog/packed.h"

namespace renkei::sources::mysql::binlog {

namespace {

constexpr uint64_t kVersion = 1;
constexpr size_t kTagBytesMax = 32;
constexpr uint64_t kMicrosMask = (uint64_t{1} << 55) - 1;

enum Field : uint64_t { kFlags, kUuid, kNumber, kTag, kLastCommitted, kSequence, kCommitted, kBeyond };

uint64_t ReadVariable(base::ByteReader& reader) {
  const auto lead = reader.Fixed<uint8_t>();
  const int more = std::countr_one(lead);
  uint64_t value = more >= 7 ? 0 : lead >> (more + 1);
  int bits = more >= 7 ? 0 : 7 - more;
  for (int i = 0; i < more; ++i, bits += 8) value |= uint64_t{reader.Fixed<uint8_t>()} << bits;
  return value;
}

int64_t ReadSigned(base::ByteReader& reader) {
  const uint64_t value = ReadVariable(reader);
  const auto magnitude = static_cast<int64_t>(value >> 1);
  return (value & 1) != 0 ? ~magnitude : magnitude;
}

void ReadField(base::ByteReader& reader, uint64_t field, MysqlGtidEvent& gtid) {
  switch (field) {
    case kFlags:
      ReadVariable(reader);
      return;
    case kUuid:
      for (std::byte& byte : gtid.uuid) byte = static_cast<std::byte>(ReadVariable(reader));
      return;
    case kNumber:
      gtid.number = static_cast<uint64_t>(ReadSigned(reader));
      return;
    case kTag: {
      const uint64_t length = ReadVariable(reader);
      if (length > kTagBytesMax) return reader.Fail();
      gtid.tag = AsText(reader.Raw(length));
      return;
    }
    case kLastCommitted:
    case kSequence:
      ReadSigned(reader);
      return;
    case kCommitted:
      gtid.commit_us = static_cast<int64_t>(ReadVariable(reader));
      return;
    default:
      reader.Fail();
  }
}

Result<MysqlGtidEvent> ReadTagged(const Event& event) {
  base::ByteReader reader(event.body);
  MysqlGtidEvent gtid;
  const uint64_t version = ReadVariable(reader);
  ReadVariable(reader);
  ReadVariable(reader);
  if (!reader.ok() || version != kVersion) return BadEvent(event.type, "another version");
  bool has_uuid = false;
  while (reader.ok() && reader.left() > 0) {
    const uint64_t field = ReadVariable(reader);
    // What follows tells nothing that is needed here.
    if (field >= kBeyond) break;
    has_uuid = has_uuid || field == kUuid;
    ReadField(reader, field, gtid);
  }
  if (!reader.ok() || !has_uuid || gtid.number == 0) return BadEvent(event.type, "too short");
  return gtid;
}

}  // namespace

Result<MysqlGtidEvent> ReadMysqlGtid(const Event& event) {
  if (event.type == EventType::kMysqlTaggedGtid) return ReadTagged(event);
  base::ByteReader reader(event.body);
  MysqlGtidEvent gtid;
  gtid.anonymous = event.type == EventType::kAnonymousGtid;
  reader.Raw(1);
  for (std::byte& byte : gtid.uuid) byte = reader.Fixed<std::byte>();
  gtid.number = reader.Fixed<uint64_t>();
  if (!reader.ok()) return BadEvent(event.type, "too short");
  // The clock and the time are of later versions.
  reader.Raw(1 + 8 + 8);
  const uint64_t low = reader.Fixed<uint32_t>();
  const uint64_t middle = reader.Fixed<uint16_t>();
  const uint64_t high = reader.Fixed<uint8_t>();
  if (reader.ok()) gtid.commit_us = static_cast<int64_t>((low | middle << 32 | high << 48) & kMicrosMask);
  return gtid;
}

}  // namespace renkei::sources::mysql::binlog
