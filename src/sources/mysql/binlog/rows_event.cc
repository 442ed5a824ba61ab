#include "sources/mysql/binlog/rows_event.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "sources/mysql/binlog/packed.h"

namespace renkei::sources::mysql::binlog {

namespace {

using core::CellState;
using core::ColumnBuilder;
using core::Operation;

constexpr uint64_t kWidthMax = 4096;
// Rows between two looks at the batch's size.
constexpr uint32_t kRowsBetweenLooks = 64;
constexpr size_t kLargeEventBytes = size_t{256} << 10;

bool IsCompressed(EventType type) {
  return type >= EventType::kWriteRowsCompressedV1 && type <= EventType::kDeleteRowsCompressed;
}

bool IsSecondVersion(EventType type) {
  return (type >= EventType::kWriteRows && type <= EventType::kDeleteRows) ||
         type >= EventType::kWriteRowsCompressed;
}

Operation OperationOf(EventType type) {
  switch (type) {
    case EventType::kUpdateRowsV1:
    case EventType::kUpdateRows:
    case EventType::kUpdateRowsCompressedV1:
    case EventType::kUpdateRowsCompressed:
      return Operation::kUpdate;
    case EventType::kDeleteRowsV1:
    case EventType::kDeleteRows:
    case EventType::kDeleteRowsCompressedV1:
    case EventType::kDeleteRowsCompressed:
      return Operation::kDelete;
    default:
      return Operation::kInsert;
  }
}

bool AllSet(Bytes bits, uint64_t width) {
  for (uint64_t i = 0; i < width; ++i) {
    if ((std::to_integer<uint8_t>(bits[i / 8]) >> (i % 8) & 1) == 0) return false;
  }
  return true;
}

// One row's way from the images to the builders.
class RowDecoder {
 public:
  RowDecoder(const RowPlan& plan, Cursor& cursor, RowTarget& target)
      : plan_(plan),
        cursor_(cursor),
        after_(target.batch.after()),
        before_(target.batch.before()),
        old_key_(plan.key.size()),
        new_key_(plan.key.size()),
        measures_(cursor.left() > plan.value_max) {}

  bool Decode(Operation operation) {
    if (operation != Operation::kInsert && !PassOver(old_key_)) return false;
    if (operation == Operation::kDelete) {
      for (ColumnBuilder& column : after_) column.Without(CellState::kAbsent);
      return DecodeOldKey();
    }
    if (!DecodeAfter()) return false;
    if (operation == Operation::kUpdate && KeyChanged()) return DecodeOldKey();
    for (ColumnBuilder& column : before_) column.Without(CellState::kAbsent);
    return true;
  }

  RowsResult failure() const { return failure_; }

 private:
  // A cell's bytes; none: it is NULL.
  struct Span {
    const uint8_t* begin = nullptr;
    const uint8_t* end = nullptr;
  };

  static bool IsNull(const uint8_t* nulls, size_t i) { return (nulls[i / 8] >> (i % 8) & 1) != 0; }

  const uint8_t* TakeNulls() {
    const size_t bytes = (plan_.columns.size() + 7) / 8;
    if (cursor_.left() < bytes) return nullptr;
    const uint8_t* nulls = cursor_.at;
    cursor_.at += bytes;
    return nulls;
  }

  bool Fail(Outcome outcome, size_t column) {
    failure_.outcome = outcome == Outcome::kUnreadable ? RowsOutcome::kUnreadable : RowsOutcome::kTruncated;
    failure_.column = static_cast<uint16_t>(column);
    return false;
  }

  bool PassOver(std::vector<Span>& key) {
    const uint8_t* nulls = TakeNulls();
    if (nulls == nullptr) return Fail(Outcome::kTruncated, 0);
    for (size_t i = 0; i < plan_.columns.size(); ++i) {
      const uint8_t* begin = cursor_.at;
      if (!IsNull(nulls, i) && !plan_.columns[i].skip(plan_.columns[i], cursor_))
        return Fail(Outcome::kTruncated, i);
      if (plan_.key_place[i] >= 0) KeyCell(key, i) = IsNull(nulls, i) ? Span{} : Span{begin, cursor_.at};
    }
    return true;
  }

  Span& KeyCell(std::vector<Span>& key, size_t i) { return key[static_cast<size_t>(plan_.key_place[i])]; }

  bool DecodeAfter() {
    const uint8_t* nulls = TakeNulls();
    if (nulls == nullptr) return Fail(Outcome::kTruncated, 0);
    for (size_t i = 0; i < plan_.columns.size(); ++i) {
      const uint8_t* begin = cursor_.at;
      if (IsNull(nulls, i)) {
        after_[i].Null();
      } else {
        if (measures_ && IsTooLarge(i)) return false;
        const Outcome outcome = plan_.columns[i].decode(plan_.columns[i], cursor_, after_[i]);
        if (outcome != Outcome::kOk) return Fail(outcome, i);
      }
      if (plan_.key_place[i] >= 0) KeyCell(new_key_, i) = IsNull(nulls, i) ? Span{} : Span{begin, cursor_.at};
    }
    return true;
  }

  // Before it is taken into memory again.
  bool IsTooLarge(size_t i) {
    Cursor end = cursor_;
    if (!plan_.columns[i].skip(plan_.columns[i], end)) return false;
    failure_.bytes = static_cast<size_t>(end.at - cursor_.at);
    if (failure_.bytes <= plan_.value_max) return false;
    failure_.outcome = RowsOutcome::kTooLarge;
    failure_.column = static_cast<uint16_t>(i);
    return true;
  }

  bool KeyChanged() const {
    for (size_t i = 0; i < old_key_.size(); ++i) {
      if ((old_key_[i].begin == nullptr) != (new_key_[i].begin == nullptr)) return true;
      if (!std::equal(old_key_[i].begin, old_key_[i].end, new_key_[i].begin, new_key_[i].end)) return true;
    }
    return false;
  }

  bool DecodeOldKey() {
    for (size_t i = 0; i < old_key_.size(); ++i) {
      const ColumnPlan& column = plan_.columns[plan_.key[i]];
      if (old_key_[i].begin == nullptr) {
        before_[i].Null();
        continue;
      }
      Cursor cell{old_key_[i].begin, old_key_[i].end};
      const Outcome outcome = column.decode(column, cell, before_[i]);
      if (outcome != Outcome::kOk) return Fail(outcome, plan_.key[i]);
    }
    return true;
  }

  const RowPlan& plan_;
  Cursor& cursor_;
  std::vector<ColumnBuilder>& after_;
  std::vector<ColumnBuilder>& before_;
  std::vector<Span> old_key_;
  std::vector<Span> new_key_;
  const bool measures_;
  RowsResult failure_;
};

// Fills the columns that a broken-off row left one cell short.
void LevelColumns(core::BatchBuilder& batch) {
  for (auto* columns : {&batch.after(), &batch.before()}) {
    for (ColumnBuilder& column : *columns) {
      if (column.rows() < batch.rows()) column.Without(CellState::kAbsent);
    }
  }
}

uint64_t TakeTableId(base::ByteReader& reader) {
  const uint64_t low = reader.Fixed<uint32_t>();
  return low | uint64_t{reader.Fixed<uint16_t>()} << 32;
}

}  // namespace

bool IsRowsEvent(EventType type) {
  return (type >= EventType::kWriteRowsV1 && type <= EventType::kDeleteRowsV1) ||
         (type >= EventType::kWriteRows && type <= EventType::kDeleteRows) || IsCompressed(type);
}

Cursor CursorOver(Bytes bytes) {
  const auto* begin = reinterpret_cast<const uint8_t*>(bytes.data());
  return {begin, begin + bytes.size()};
}

Result<uint64_t> ReadRowsTableId(const Event& event) {
  base::ByteReader reader(event.body);
  const uint64_t id = TakeTableId(reader);
  if (!reader.ok()) return BadEvent(event.type, "too short");
  return id;
}

Result<RowsEvent> ReadRowsEvent(const Event& event, Decompressor& decompressor) {
  base::ByteReader reader(event.body);
  RowsEvent rows;
  rows.operation = OperationOf(event.type);
  rows.table_id = TakeTableId(reader);
  reader.Raw(2);
  if (IsSecondVersion(event.type)) {
    const auto extra_bytes = reader.Fixed<uint16_t>();
    if (extra_bytes < 2) reader.Fail();
    reader.Raw(extra_bytes - 2u);
  }
  rows.width = ReadPacked(reader);
  if (!reader.ok() || rows.width > kWidthMax) return BadEvent(event.type, "no width");
  rows.full_images = true;
  const int images = rows.operation == Operation::kUpdate ? 2 : 1;
  for (int i = 0; i < images; ++i) {
    const Bytes bits = reader.Raw((rows.width + 7) / 8);
    if (!reader.ok()) return BadEvent(event.type, "too short");
    rows.full_images = rows.full_images && AllSet(bits, rows.width);
  }
  rows.images = reader.Raw(reader.left());
  if (IsCompressed(event.type)) {
    if (!decompressor.Decompress(rows.images)) return BadEvent(event.type, "damaged compressed rows");
    rows.images = decompressor.plain();
  }
  return rows;
}

RowsResult DecodeRows(const RowsEvent& event, const RowPlan& plan, Cursor& cursor, size_t bytes_max,
                      RowTarget& target) {
  CHECK_EQ(event.width, plan.columns.size());
  RowDecoder decoder(plan, cursor, target);
  // A small event is at most a few times its size in columns, and is not looked at in between.
  const uint32_t rows_between_looks = cursor.left() > kLargeEventBytes ? 1 : kRowsBetweenLooks;
  const Operation operation = event.operation == Operation::kInsert ? target.insert_as : event.operation;
  uint32_t rows = 0;
  while (cursor.left() > 0) {
    target.batch.BeginRow(operation, target.transaction, target.next_ordinal++);
    if (!decoder.Decode(event.operation)) {
      LevelColumns(target.batch);
      return decoder.failure();
    }
    if (++rows % rows_between_looks == 0 && target.batch.size_bytes() > bytes_max) break;
  }
  return {};
}

}  // namespace renkei::sources::mysql::binlog
