// One event of the binary log, as it comes over the wire:
//
//   event    := header body [checksum]
//   header   := timestamp:u32 type:u8 server_id:u32 length:u32 next_place:u32 flags:u16     (little-endian)
//   checksum := crc32:u32, over all before it; there when the format description says so
//   length counts the whole event; next_place is the low half of the offset after it in its file, 0 if the
//   event stands in none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"

namespace renkei::sources::mysql::binlog {

using Bytes = std::span<const std::byte>;

enum class EventType : uint8_t {
  kQuery = 2,
  kStop = 3,
  kRotate = 4,
  kIntvar = 5,
  kAppendBlock = 9,
  kDeleteFile = 11,
  kRand = 13,
  kUserVar = 14,
  kFormatDescription = 15,
  kXid = 16,
  kBeginLoadQuery = 17,
  kExecuteLoadQuery = 18,
  kTableMap = 19,
  kWriteRowsV1 = 23,
  kUpdateRowsV1 = 24,
  kDeleteRowsV1 = 25,
  kIncident = 26,
  kHeartbeat = 27,
  kIgnorable = 28,
  kRowsQuery = 29,
  kWriteRows = 30,
  kUpdateRows = 31,
  kDeleteRows = 32,
  kMysqlGtid = 33,
  kAnonymousGtid = 34,
  kPreviousGtids = 35,
  kTransactionContext = 36,
  kViewChange = 37,
  kXaPrepare = 38,
  kPartialUpdateRows = 39,
  kTransactionPayload = 40,
  kHeartbeatV2 = 41,
  kMysqlTaggedGtid = 42,
  kAnnotateRows = 160,
  kCheckpoint = 161,
  kGtid = 162,
  kGtidList = 163,
  kStartEncryption = 164,
  kQueryCompressed = 165,
  kWriteRowsCompressedV1 = 166,
  kUpdateRowsCompressedV1 = 167,
  kDeleteRowsCompressedV1 = 168,
  kWriteRowsCompressed = 169,
  kUpdateRowsCompressed = 170,
  kDeleteRowsCompressed = 171,
};

constexpr size_t kHeaderBytes = 19;
constexpr size_t kChecksumBytes = 4;
// No event is larger than the largest packet.
constexpr size_t kEventBytesMax = size_t{1} << 30;
constexpr uint16_t kIgnorableFlag = 0x80;

struct Event {
  uint32_t timestamp = 0;  // seconds since 1970
  EventType type{};
  uint32_t server_id = 0;
  uint32_t length = 0;
  uint32_t next_place = 0;
  uint16_t flags = 0;
  Bytes body;  // without header and checksum; views the packet
};

// An event without a checksum. Error: kBadEvent.
Result<Event> ReadEvent(Bytes bytes);

// Splits packets into events and holds the checksum rule that the last format description set. One thread.
class EventSplitter {
 public:
  // `checksums`: what the server was asked for, in force until the first format description.
  explicit EventSplitter(bool checksums) : checksums_(checksums) {}

  // Errors: kBadEvent, kBadChecksum (type, reason; the place is the caller's to add).
  Result<Event> Split(Bytes packet);

 private:
  Status ReadFormat(const Event& event);
  bool checksums_;
};

Error BadEvent(EventType type, std::string reason);

}  // namespace renkei::sources::mysql::binlog
