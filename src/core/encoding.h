// The encoded forms of what flows: the bodies of a log's frames, and of whatever else is kept on a disk.
//
//   body     := form:u8 (1) payload
//   changes  := capture:text session:varint lane:varint prev:text position:text note:text
//               count:varint transaction*  count:varint item*
//   transaction := id:text commit_us:i64 time_kind:u8 state:u8 (0x80: ends) rows:varint parts
//                  [memo:text] if prepared  [ends:text] if it has that bit
//   parts    := count:varint {segment:varint byte:varint rows:varint}*
//   item     := 1:u8 batch
//             | 2:u8 schema statement:text transaction:varint count:varint {column:varint value:text}*
//             | 3:u8 cascade:u8 transaction:varint count:varint {table:varint}*
//   batch    := table:varint schema:varint generation:varint rows:varint
//               run(u8 operation) run(u32 transaction) run(u32 ordinal)
//               count:varint column*  count:varint {place:varint}* column*
//   run(T)   := 0:u8 block(T a row) | 1:u8 value:T (all rows) | 2:u8 first:T (rises by one)
//   column   := kind:u8 precision:u8 scale:u8 states
//               fixed width:  block(width a row), left out when no cell is a value
//               varying:      block(u32 end a row) length:varint bytes, both left out when all are 0 long
//   states   := 0:u8 (all values) | 1:u8 state:u8 (all rows) | 2:u8 state:u8 a row
//   block(T) := zero bytes up to a multiple of sizeof(T), counted from the body's start, then the cells
//   schema   := table:varint id:varint generation:varint native_id:text schema:text name:text
//               count:varint column_schema*  key_kind:u8 count:varint {place:varint}* open:text
//   column_schema := id:varint name:text native_type:text kind:u8 precision:u8 scale:u8
//                    bits:u8 (1 nullable, 2 generated, 4 has a reading)
//                    charset:text collation:text mask_version:varint [reading:text]
//   copy_begin := snapshot:varint table:varint generation:varint count:varint {subscription:text}*
//                 rows:varint schema:varint
//   chunk_marker := snapshot:varint table:varint generation:varint number:varint lower:text upper:text
//                   low:text high:text rows:varint place_snapshot:varint place_byte:varint crc:u32
//   copy_end := snapshot:varint table:varint abandoned:u8
//   tick     := lane:varint prev:text position:text note:text time_us:i64 [lost:varint, if not 0]
//   gap      := table:varint generation:varint code:varint count:varint {name:text value:text}*
//   repair   := batch
//   repair_mark := table:varint generation:varint owed:u8 rows:varint rows_read:varint
//   state    := see state_encoding.cc
//   text     := length:varint bytes
//
// A decoder never reads outside its bytes, whatever they are, and gives only what satisfies the types' own
// rules; otherwise kMalformedBody, or kUnknownForm where a newer release wrote it. Decoded columns are views
// into the body's buffer. Encoding is a pure function: equal values give equal bytes.
#pragma once

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/result.h"
#include "core/log_entry.h"
#include "core/log_state.h"

namespace renkei::core {

// The numbers are part of the log's format.
enum class FrameKind : uint8_t {
  kChanges = 1,
  kPart = 2,
  kCopyBegin = 3,
  kChunkMarker = 4,
  kCopyEnd = 5,
  kSchema = 6,
  kTick = 7,
  kGap = 8,
  kState = 9,
  kRows = 10,       // of a chunk, in a backfill log
  kDirectory = 11,  // which tables a segment holds
  kRepair = 16,
  kRepairMark = 17,
};

FrameKind KindOf(const EntryBody& body);

// Appends the body; the writer must hold a multiple of 16 bytes, where the body then starts.
void EncodeBody(const EntryBody& body, base::ByteWriter& writer);
void EncodeChangeSet(const ChangeSet& set, base::ByteWriter& writer);
void EncodeRows(const Batch& rows, base::ByteWriter& writer);
void EncodeSchema(const TableSchema& schema, base::ByteWriter& writer);
void EncodeState(const LogState& state, base::ByteWriter& writer);

// `kind` is one that KindOf gives.
Result<EntryBody> DecodeBody(FrameKind kind, const base::Buffer& body);
Result<Changes> DecodeChangeSet(const base::Buffer& body);
Result<Batch> DecodeRows(const base::Buffer& body);
Result<TableSchema> DecodeSchema(const base::Buffer& body);
Result<LogState> DecodeState(const base::Buffer& body);

}  // namespace renkei::core
