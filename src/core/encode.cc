#include <algorithm>

#include "core/encoding.h"
#include "core/encoding_parts.h"

namespace renkei::core {

namespace encoding {

namespace {

void PutBlock(const base::Buffer& cells, size_t alignment, base::ByteWriter& writer) {
  writer.Align(alignment);
  writer.Raw(cells.data(), cells.size());
}

template <class T>
void PutRun(const base::Buffer& cells, Expansion& expansion, base::ByteWriter& writer) {
  const auto values = cells.as<T>();
  const bool constant = !values.empty() && std::all_of(values.begin(), values.end(),
                                                       [&](T value) { return value == values[0]; });
  bool rising = !constant && !values.empty();
  for (size_t i = 1; rising && i < values.size(); ++i)
    rising = values[i] == static_cast<T>(values[i - 1] + 1);
  if ((constant || rising) && expansion.Take(cells.size())) {
    writer.Fixed(constant ? kRunConstant : kRunRising);
    writer.Fixed(values[0]);
    return;
  }
  writer.Fixed(kRunBlock);
  PutBlock(cells, sizeof(T), writer);
}

void PutType(Type type, base::ByteWriter& writer) {
  writer.Fixed(type.kind);
  writer.Fixed(type.precision);
  writer.Fixed(type.scale);
}

// Whether all rows are in the same state and their cells hold no bytes, so that the state says everything.
bool IsOneState(const Column& column) {
  const auto states = column.states().as<uint8_t>();
  if (states.empty() || states[0] == static_cast<uint8_t>(CellState::kValue)) return false;
  if (!std::all_of(states.begin(), states.end(), [&](uint8_t state) { return state == states[0]; })) {
    return false;
  }
  if (FixedWidth(column.type()) == 0) return column.data().empty();
  const auto fixed = column.fixed().bytes();
  return std::all_of(fixed.begin(), fixed.end(), [](std::byte byte) { return byte == std::byte{0}; });
}

void PutColumn(const Column& column, Expansion& expansion, base::ByteWriter& writer) {
  PutType(column.type(), writer);
  if (IsOneState(column) && expansion.Take(column.size_bytes())) {
    writer.Fixed(kStatesConstant);
    writer.Fixed(column.state(0));
    return;
  }
  writer.Fixed(column.states().empty() ? kStatesNone : kStatesBlock);
  PutBlock(column.states(), 1, writer);
  if (const size_t width = FixedWidth(column.type()); width != 0) {
    PutBlock(column.fixed(), width, writer);
  } else {
    PutBlock(column.ends(), sizeof(uint32_t), writer);
    writer.Text(column.data().text());
  }
}

void PutTransaction(const Transaction& transaction, base::ByteWriter& writer) {
  writer.Text(transaction.id);
  writer.Fixed(transaction.commit_time.value);
  writer.Fixed(transaction.time_kind);
  const uint8_t ends = transaction.ends.empty() ? 0 : kEndsPrepared;
  writer.Fixed(static_cast<uint8_t>(static_cast<uint8_t>(transaction.state) | ends));
  writer.Varint(transaction.rows);
  PutParts(transaction.parts, writer);
  if (transaction.state == TransactionState::kPrepared) writer.Text(transaction.memo);
  if (ends != 0) writer.Text(transaction.ends);
}

struct ItemEncoder {
  Expansion& expansion;
  base::ByteWriter& writer;

  void operator()(const Batch& batch) {
    writer.Fixed(kItemBatch);
    PutBatch(batch, expansion, writer);
  }
  void operator()(const SchemaChange& change) {
    writer.Fixed(kItemSchemaChange);
    PutSchema(change.schema, writer);
    writer.Text(change.statement);
    writer.Varint(change.transaction);
    writer.Varint(change.fills.size());
    for (const ColumnFill& fill : change.fills) {
      writer.Varint(fill.column);
      writer.Text(fill.value);
    }
  }
  void operator()(const Truncate& truncate) {
    writer.Fixed(kItemTruncate);
    writer.Fixed(static_cast<uint8_t>(truncate.cascade));
    writer.Varint(truncate.transaction);
    writer.Varint(truncate.tables.size());
    for (TableId table : truncate.tables) writer.Varint(table.value);
  }
};

struct BodyEncoder {
  base::ByteWriter& writer;

  void operator()(const Changes& set) { EncodeChangeSet(*set, writer); }
  void operator()(const CopyBegin& begin) {
    writer.Fixed(kForm);
    PutCopyBegin(begin, writer);
  }
  void operator()(const ChunkMarker& marker) {
    writer.Fixed(kForm);
    writer.Varint(marker.snapshot.value);
    writer.Varint(marker.table.value);
    writer.Varint(marker.generation.value);
    writer.Varint(marker.number);
    for (const std::string* text : {&marker.lower, &marker.upper, &marker.low, &marker.high})
      writer.Text(*text);
    writer.Varint(marker.rows);
    writer.Varint(marker.place.snapshot.value);
    writer.Varint(marker.place.byte);
    writer.Fixed(marker.crc);
  }
  void operator()(const CopyEnd& end) {
    writer.Fixed(kForm);
    writer.Varint(end.snapshot.value);
    writer.Varint(end.table.value);
    writer.Fixed(static_cast<uint8_t>(end.abandoned));
  }
  void operator()(const SchemaFrame& frame) { EncodeSchema(frame.schema, writer); }
  void operator()(const Tick& tick) {
    writer.Fixed(kForm);
    writer.Varint(tick.lane.value);
    for (const std::string* text : {&tick.prev.bytes, &tick.position.bytes, &tick.note}) writer.Text(*text);
    writer.Fixed(tick.time.value);
    if (tick.lost != 0) writer.Varint(tick.lost);
  }
  void operator()(const Gap& gap) {
    writer.Fixed(kForm);
    PutGap(gap, writer);
  }
  void operator()(const Repair& repair) { EncodeRows(*repair.rows, writer); }
  void operator()(const RepairMark& mark) {
    writer.Fixed(kForm);
    writer.Varint(mark.table.value);
    writer.Varint(mark.generation.value);
    writer.Fixed(static_cast<uint8_t>(mark.owed));
    writer.Varint(mark.rows);
    writer.Varint(mark.rows_read);
  }
};

}  // namespace

void PutSchema(const TableSchema& schema, base::ByteWriter& writer) {
  writer.Varint(schema.table.value);
  writer.Varint(schema.id.value);
  writer.Varint(schema.generation.value);
  for (const std::string* text : {&schema.native_id, &schema.schema, &schema.name}) writer.Text(*text);
  writer.Varint(schema.columns.size());
  for (const ColumnSchema& column : schema.columns) {
    writer.Varint(column.id);
    writer.Text(column.name);
    writer.Text(column.native_type);
    PutType(column.type, writer);
    writer.Fixed(static_cast<uint8_t>((column.nullable ? kColumnNullable : 0) |
                                      (column.generated ? kColumnGenerated : 0) |
                                      (column.reading.empty() ? 0 : kColumnReading)));
    writer.Text(column.charset);
    writer.Text(column.collation);
    writer.Varint(column.mask_version);
    if (!column.reading.empty()) writer.Text(column.reading);
  }
  writer.Fixed(schema.key_kind);
  writer.Varint(schema.key.size());
  for (uint16_t place : schema.key) writer.Varint(place);
  writer.Text(schema.open);
}

void PutCopyBegin(const CopyBegin& begin, base::ByteWriter& writer) {
  writer.Varint(begin.snapshot.value);
  writer.Varint(begin.table.value);
  writer.Varint(begin.generation.value);
  writer.Varint(begin.subscriptions.size());
  for (const std::string& subscription : begin.subscriptions) writer.Text(subscription);
  writer.Varint(begin.rows_estimated);
  writer.Varint(begin.schema.value);
}

void PutGap(const Gap& gap, base::ByteWriter& writer) {
  writer.Varint(gap.table.value);
  writer.Varint(gap.generation.value);
  writer.Varint(gap.code);
  writer.Varint(gap.fields.size());
  for (const base::Field& field : gap.fields) {
    writer.Text(field.name);
    writer.Text(field.value);
  }
}

void PutParts(const std::vector<PartPlace>& parts, base::ByteWriter& writer) {
  writer.Varint(parts.size());
  for (const PartPlace& part : parts) {
    writer.Varint(part.segment);
    writer.Varint(part.byte);
    writer.Varint(part.rows);
  }
}

void PutBatch(const Batch& batch, Expansion& expansion, base::ByteWriter& writer) {
  CHECK_LE(batch.rows, kBatchRowsMax);
  CHECK_LE(batch.after.size(), kColumnsMax);
  CHECK_EQ(batch.before.size(), batch.before_columns.size());
  CHECK_EQ(batch.operations.size(), batch.rows);
  CHECK_EQ(batch.transactions.size(), size_t{batch.rows} * 4);
  CHECK_EQ(batch.ordinals.size(), size_t{batch.rows} * 4);
  writer.Varint(batch.table.value);
  writer.Varint(batch.schema.value);
  writer.Varint(batch.generation.value);
  writer.Varint(batch.rows);
  PutRun<uint8_t>(batch.operations, expansion, writer);
  PutRun<uint32_t>(batch.transactions, expansion, writer);
  PutRun<uint32_t>(batch.ordinals, expansion, writer);
  writer.Varint(batch.after.size());
  for (const Column& column : batch.after) PutColumn(column, expansion, writer);
  writer.Varint(batch.before.size());
  for (uint16_t place : batch.before_columns) writer.Varint(place);
  for (const Column& column : batch.before) PutColumn(column, expansion, writer);
}

}  // namespace encoding

FrameKind KindOf(const EntryBody& body) {
  struct Kind {
    FrameKind operator()(const Changes&) { return FrameKind::kChanges; }
    FrameKind operator()(const CopyBegin&) { return FrameKind::kCopyBegin; }
    FrameKind operator()(const ChunkMarker&) { return FrameKind::kChunkMarker; }
    FrameKind operator()(const CopyEnd&) { return FrameKind::kCopyEnd; }
    FrameKind operator()(const SchemaFrame&) { return FrameKind::kSchema; }
    FrameKind operator()(const Tick&) { return FrameKind::kTick; }
    FrameKind operator()(const Gap&) { return FrameKind::kGap; }
    FrameKind operator()(const Repair&) { return FrameKind::kRepair; }
    FrameKind operator()(const RepairMark&) { return FrameKind::kRepairMark; }
  };
  return std::visit(Kind{}, body);
}

void EncodeBody(const EntryBody& body, base::ByteWriter& writer) {
  std::visit(encoding::BodyEncoder{writer}, body);
}

void EncodeChangeSet(const ChangeSet& set, base::ByteWriter& writer) {
  CHECK_EQ(writer.size() % encoding::kBodyAlignment, 0u);
  writer.Fixed(encoding::kForm);
  writer.Text(set.capture);
  writer.Varint(set.session);
  writer.Varint(set.lane.value);
  writer.Text(set.prev.bytes);
  writer.Text(set.position.bytes);
  writer.Text(set.note);
  writer.Varint(set.transactions.size());
  for (const Transaction& transaction : set.transactions) encoding::PutTransaction(transaction, writer);
  writer.Varint(set.items.size());
  encoding::Expansion expansion;
  for (const Item& item : set.items) std::visit(encoding::ItemEncoder{expansion, writer}, item);
}

void EncodeRows(const Batch& rows, base::ByteWriter& writer) {
  CHECK_EQ(writer.size() % encoding::kBodyAlignment, 0u);
  writer.Fixed(encoding::kForm);
  encoding::Expansion expansion;
  encoding::PutBatch(rows, expansion, writer);
}

void EncodeSchema(const TableSchema& schema, base::ByteWriter& writer) {
  writer.Fixed(encoding::kForm);
  encoding::PutSchema(schema, writer);
}

}  // namespace renkei::core
