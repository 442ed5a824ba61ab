// What stands in a source's log besides change sets, and where things stand in it.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "core/change_set.h"

namespace renkei::core {

// 16 random bytes as 32 hex digits, drawn when the log is made.
using LogId = std::string;
// Raised by every recovery of a log, so that frames of an earlier life never count.
using Epoch = base::Strong<struct EpochTag, uint32_t>;
// A number of transactions of a log: offset n is the place after its first n transactions. Dense, stable for
// ever.
using Offset = base::Strong<struct OffsetTag, uint64_t>;

// A place between the frames of a log: `offset` transactions and then `sub` other frames (markers, schemas,
// ticks) stand before it. What a sink stores is the address of the first frame it has not applied.
struct Address {
  Offset offset;
  uint32_t sub = 0;
  friend bool operator==(const Address&, const Address&) = default;
  friend auto operator<=>(const Address&, const Address&) = default;
};

using SnapshotId = base::Strong<struct SnapshotIdTag, uint32_t>;

// Where the rows of a chunk stand in the backfill log. Opaque to all but the hub that gave it.
struct ChunkPlace {
  SnapshotId snapshot;
  uint64_t byte = 0;
  friend bool operator==(const ChunkPlace&, const ChunkPlace&) = default;
};

// The copy of one table for some subscriptions begins here: from this address on their copy of it is made of
// the table's changes in the log and the chunks whose markers follow.
struct CopyBegin {
  SnapshotId snapshot;
  TableId table;
  Generation generation{1};
  std::vector<std::string> subscriptions;  // the sinks it is for
  uint64_t rows_estimated = 0;
  SchemaId schema{};  // in force here
};

// The rows of the keys in (lower, upper], as they are at this very place of the log: the capture dropped
// every key that the log touched since the chunk could see it. Applied as upserts.
struct ChunkMarker {
  SnapshotId snapshot;
  TableId table;
  Generation generation{1};
  uint32_t number = 0;  // 0, 1, 2, ... within the snapshot, in key order
  std::string lower;    // the source's own encoding of the bounds; "" = open. Masked as the key is
  std::string upper;
  std::string low;  // the source's own watermarks: what the read could see (CORE 4)
  std::string high;
  uint64_t rows = 0;
  ChunkPlace place;
  uint32_t crc = 0;  // CRC32C of the chunk's stored bytes
};

// All chunks of the snapshot stand before this place; or, when abandoned, it must be forgotten (a new one
// follows).
struct CopyEnd {
  SnapshotId snapshot;
  TableId table;
  bool abandoned = false;
};

// A schema, introduced or repeated, that no transaction of the log carries.
struct SchemaFrame {
  TableSchema schema;
};

// Transactions that touch no captured table moved the head; or, with `lost`, a repair did: what the source
// committed between `prev` and `position` is not in the log, and all tables are owed a comparison with the
// source.
struct Tick {
  Lane lane;
  Position prev;
  Position position;
  std::string note;
  base::WallTime time;
  uint16_t lost = 0;  // the message that says why; 0: nothing is lost
};

// From here on the table is not captured any more: a loud stop. Nothing follows for this generation.
struct Gap {
  TableId table;
  Generation generation{1};
  uint16_t code = 0;  // the message that says why
  std::vector<base::Field> fields;
};

// Some rows of one table as they are at this very place of the log, read again at the source because the
// log's changes do not say them: upserts, and deletes with the key in `before`, every key once, all of
// transaction 0. Counts for a live version of the table and for one being copied alike. At most kSetBytesMax
// and a row.
struct Repair {
  std::shared_ptr<const Batch> rows;
};

// From here on the table is owed a comparison with the source (changes of it are not in the log); or it has
// been compared and corrected up to this place.
struct RepairMark {
  TableId table;
  Generation generation{1};
  bool owed = false;
  uint64_t rows = 0;       // not owed: of the table, as compared
  uint64_t rows_read = 0;  // not owed: read again at the source
};

using Changes = std::shared_ptr<const ChangeSet>;
using EntryBody =
    std::variant<Changes, CopyBegin, ChunkMarker, CopyEnd, SchemaFrame, Tick, Gap, Repair, RepairMark>;

struct Entry {
  Address address;  // of this frame
  Address next;     // of the frame after it
  Epoch epoch;
  base::WallTime hub_time;  // when it was written, in the hub's monotone time
  size_t bytes = 0;         // of memory its body holds
  EntryBody body;
};

}  // namespace renkei::core
