// Rows events:
//
//   rows   := table-id:u48 flags:u16 [extra-length:u16 extra] width:packed bits {image}          insert,
//   delete
//           | table-id:u48 flags:u16 [extra-length:u16 extra] width:packed bits bits {image image} update
//   bits   := which columns an image has, the first in the lowest bit; with row image FULL all of them
//   image  := null:bits, over the columns it has; then the cells that are not null
//   extra  only in the second version (types 30 to 32, 169 to 171); extra-length counts itself
#pragma once

#include <vector>

#include "core/batch_builder.h"
#include "sources/mysql/binlog/compressed.h"
#include "sources/mysql/binlog/event.h"
#include "sources/mysql/binlog/row_plan.h"

namespace renkei::sources::mysql::binlog {

bool IsRowsEvent(EventType type);

struct RowsEvent {
  core::Operation operation = core::Operation::kInsert;
  uint64_t table_id = 0;
  uint64_t width = 0;
  bool full_images = false;
  Bytes images;
};

// The event's frame; the images of a compressed event view the decompressor. Error: kBadEvent.
Result<RowsEvent> ReadRowsEvent(const Event& event, Decompressor& decompressor);
// Of any event whose body begins with it. Error: kBadEvent.
Result<uint64_t> ReadRowsTableId(const Event& event);

// Where rows go.
struct RowTarget {
  core::BatchBuilder& batch;  // its before columns are the key
  uint32_t transaction = 0;
  uint32_t next_ordinal = 0;
  core::Operation insert_as = core::Operation::kInsert;
};

enum class RowsOutcome : uint8_t { kOk, kTruncated, kUnreadable, kTooLarge };

struct RowsResult {
  RowsOutcome outcome = RowsOutcome::kOk;
  uint16_t column = 0;  // of an unreadable or too large cell
  size_t bytes = 0;     // of a too large one
};

// Takes rows until the images are at their end, or the batch has grown past `bytes_max` (then `cursor` stands
// before the next row). After anything but kOk the last row of the batch is only part of a row; the caller
// must drop it.
RowsResult DecodeRows(const RowsEvent& event, const RowPlan& plan, Cursor& cursor, size_t bytes_max,
                      RowTarget& target);

Cursor CursorOver(Bytes bytes);

}  // namespace renkei::sources::mysql::binlog
