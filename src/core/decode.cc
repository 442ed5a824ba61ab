#include <algorithm>
#include <numeric>

#include "core/codes.h"
#include "core/encoding.h"
#include "core/encoding_parts.h"

namespace renkei::core {

namespace encoding {

namespace {

// Decoded columns are views, so the body itself must lie where the widest cell may.
base::Buffer Aligned(const base::Buffer& body) {
  if (reinterpret_cast<uintptr_t>(body.data()) % kBodyAlignment == 0) return body;
  return base::Buffer::Own(std::vector<std::byte>(body.bytes().begin(), body.bytes().end()));
}

bool AllWithin(const base::Buffer& cells, uint8_t least, uint8_t most) {
  const auto values = cells.as<uint8_t>();
  return std::all_of(values.begin(), values.end(),
                     [=](uint8_t value) { return least <= value && value <= most; });
}

Transaction GetTransaction(BodyReader& body) {
  Transaction transaction;
  transaction.id = body.GetText();
  transaction.commit_time = base::WallTime{body.reader.Fixed<int64_t>()};
  transaction.time_kind = body.GetEnum<TimeKind>(1, 4);
  const auto state = body.reader.Fixed<uint8_t>();
  transaction.state = static_cast<TransactionState>(state & ~kEndsPrepared);
  if (transaction.state < TransactionState::kWhole || transaction.state > TransactionState::kPrepared)
    body.reader.Fail();
  transaction.rows = body.GetU32();
  transaction.parts = body.GetParts();
  if (transaction.state == TransactionState::kPrepared) transaction.memo = body.GetText();
  if ((state & kEndsPrepared) != 0) {
    transaction.ends = body.GetText();
    if (transaction.ends.empty()) body.reader.Fail();
  }
  return transaction;
}

// A batch whose rows all belong to one of the set's transactions.
Batch GetSetBatch(BodyReader& body, size_t transactions) {
  Batch batch = body.GetBatch();
  const auto places = batch.transactions.as<uint32_t>();
  if (std::any_of(places.begin(), places.end(), [=](uint32_t place) { return place >= transactions; })) {
    body.reader.Fail();
  }
  return batch;
}

Item GetItem(BodyReader& body, size_t transactions) {
  switch (body.GetEnum<uint8_t>(kItemBatch, kItemTruncate)) {
    case kItemBatch:
      return GetSetBatch(body, transactions);
    case kItemSchemaChange: {
      SchemaChange change;
      change.schema = body.GetSchema();
      change.statement = body.GetText();
      change.transaction = body.GetU32();
      if (change.transaction >= transactions) body.reader.Fail();
      change.fills.resize(body.GetCount(2));
      for (ColumnFill& fill : change.fills) {
        fill.column = body.GetU32();
        fill.value = body.GetText();
      }
      return change;
    }
    default: {
      Truncate truncate;
      truncate.cascade = body.GetBool();
      truncate.transaction = body.GetU32();
      if (truncate.transaction >= transactions) body.reader.Fail();
      truncate.tables.resize(body.GetCount());
      for (TableId& table : truncate.tables) table = body.GetId<TableId>();
      return truncate;
    }
  }
}

ChunkMarker GetChunkMarker(BodyReader& body) {
  ChunkMarker marker;
  marker.snapshot = body.GetId<SnapshotId>();
  marker.table = body.GetId<TableId>();
  marker.generation = body.GetId<Generation>();
  marker.number = body.GetU32();
  for (std::string* text : {&marker.lower, &marker.upper, &marker.low, &marker.high}) *text = body.GetText();
  marker.rows = body.reader.Varint();
  marker.place.snapshot = body.GetId<SnapshotId>();
  marker.place.byte = body.reader.Varint();
  marker.crc = body.reader.Fixed<uint32_t>();
  return marker;
}

CopyEnd GetCopyEnd(BodyReader& body) {
  CopyEnd end;
  end.snapshot = body.GetId<SnapshotId>();
  end.table = body.GetId<TableId>();
  end.abandoned = body.GetBool();
  return end;
}

Tick GetTick(BodyReader& body) {
  Tick tick;
  tick.lane = body.GetId<Lane>();
  for (std::string* text : {&tick.prev.bytes, &tick.position.bytes, &tick.note}) *text = body.GetText();
  tick.time = base::WallTime{body.reader.Fixed<int64_t>()};
  if (body.reader.left() > 0) {
    tick.lost = static_cast<uint16_t>(body.reader.VarintUpTo(UINT16_MAX));
    if (tick.lost == 0) body.reader.Fail();
  }
  return tick;
}

RepairMark GetRepairMark(BodyReader& body) {
  RepairMark mark;
  mark.table = body.GetId<TableId>();
  mark.generation = body.GetId<Generation>();
  mark.owed = body.GetBool();
  mark.rows = body.reader.Varint();
  mark.rows_read = body.reader.Varint();
  return mark;
}

// Only upserts, and deletes that bring a key.
bool IsRepair(const Batch& rows) {
  for (uint32_t row = 0; row < rows.rows; ++row) {
    const Operation operation = rows.operation(row);
    if (operation != Operation::kUpsert && operation != Operation::kDelete) return false;
    if (rows.transactions.as<uint32_t>()[row] != 0) return false;
  }
  return true;
}

EntryBody GetBody(FrameKind kind, BodyReader& body) {
  switch (kind) {
    case FrameKind::kCopyBegin:
      return body.GetCopyBegin();
    case FrameKind::kChunkMarker:
      return GetChunkMarker(body);
    case FrameKind::kCopyEnd:
      return GetCopyEnd(body);
    case FrameKind::kSchema:
      return SchemaFrame{body.GetSchema()};
    case FrameKind::kTick:
      return GetTick(body);
    case FrameKind::kGap:
      return body.GetGap();
    case FrameKind::kRepairMark:
      return GetRepairMark(body);
    default:
      body.reader.Fail();
      return CopyEnd{};
  }
}

}  // namespace

BodyReader::BodyReader(const base::Buffer& body, uint8_t newest_form) : reader(body.bytes()), body_(body) {
  form_ = reader.Fixed<uint8_t>();
  if (reader.ok() && (form_ < kForm || form_ > newest_form)) {
    unknown_form_ = true;
    reader.Fail();
  }
}

Status BodyReader::Finish(const char* what) {
  if (unknown_form_) {
    const int form = std::to_integer<int>(body_.data()[0]);
    return Error(kUnknownForm, {{"what", what}, {"form", std::to_string(form)}});
  }
  if (reader.ok() && reader.left() == 0) return {};
  return Error(kMalformedBody, {{"what", what}, {"byte", std::to_string(reader.place())}});
}

Type BodyReader::GetType() {
  Type type;
  type.kind = reader.Fixed<Kind>();
  type.precision = reader.Fixed<uint8_t>();
  type.scale = reader.Fixed<uint8_t>();
  if (!IsValid(type)) {
    reader.Fail();
    return Type{};
  }
  return type;
}

std::vector<PartPlace> BodyReader::GetParts() {
  std::vector<PartPlace> parts(GetCount(3));
  for (PartPlace& part : parts) {
    part.segment = reader.Varint();
    part.byte = reader.Varint();
    part.rows = reader.Varint();
  }
  return parts;
}

TableSchema BodyReader::GetSchema() {
  TableSchema schema;
  schema.table = GetId<TableId>();
  schema.id = GetId<SchemaId>();
  schema.generation = GetId<Generation>();
  for (std::string* text : {&schema.native_id, &schema.schema, &schema.name}) *text = GetText();
  schema.columns.resize(GetCount(10));
  for (ColumnSchema& column : schema.columns) {
    column.id = GetU32();
    column.name = GetText();
    column.native_type = GetText();
    column.type = GetType();
    const auto bits = GetEnum<uint8_t>(0, kColumnNullable | kColumnGenerated | kColumnReading);
    column.nullable = (bits & kColumnNullable) != 0;
    column.generated = (bits & kColumnGenerated) != 0;
    column.charset = GetText();
    column.collation = GetText();
    column.mask_version = GetU32();
    if ((bits & kColumnReading) != 0) column.reading = GetText();
  }
  schema.key_kind = GetEnum<KeyKind>(0, 3);
  schema.key.resize(GetCount());
  for (uint16_t& place : schema.key) {
    place = static_cast<uint16_t>(reader.VarintUpTo(UINT16_MAX));
    if (place >= schema.columns.size()) reader.Fail();
  }
  schema.open = GetText();
  return schema;
}

CopyBegin BodyReader::GetCopyBegin() {
  CopyBegin begin;
  begin.snapshot = GetId<SnapshotId>();
  begin.table = GetId<TableId>();
  begin.generation = GetId<Generation>();
  begin.subscriptions.resize(GetCount());
  for (std::string& subscription : begin.subscriptions) subscription = GetText();
  begin.rows_estimated = reader.Varint();
  begin.schema = GetId<SchemaId>();
  return begin;
}

Gap BodyReader::GetGap() {
  Gap gap;
  gap.table = GetId<TableId>();
  gap.generation = GetId<Generation>();
  gap.code = static_cast<uint16_t>(reader.VarintUpTo(UINT16_MAX));
  gap.fields.resize(GetCount(2));
  for (base::Field& field : gap.fields) {
    field.name = GetText();
    field.value = GetText();
  }
  return gap;
}

base::Buffer BodyReader::Block(size_t bytes, size_t alignment) {
  reader.Align(alignment);
  const size_t start = reader.place();
  reader.Raw(bytes);
  if (!reader.ok()) return {};
  return body_.Slice(start, bytes);
}

template <class T>
base::Buffer BodyReader::Run(uint32_t rows) {
  const auto form = GetEnum<uint8_t>(kRunBlock, kRunRising);
  if (form == kRunBlock) return Block(rows * sizeof(T), sizeof(T));
  const T first = reader.Fixed<T>();
  if (!reader.ok() || !expansion_.Take(rows * sizeof(T))) {
    reader.Fail();
    return {};
  }
  std::vector<T> values(rows, first);
  if (form == kRunRising) std::iota(values.begin(), values.end(), first);
  return base::Buffer::Own(std::move(values));
}

base::Buffer BodyReader::Zeros(size_t bytes) { return base::Buffer::Own(std::vector<std::byte>(bytes)); }

// `any_cell` turns false when the one state of all rows also says that no cell has bytes.
base::Buffer BodyReader::States(uint32_t rows, bool& any_cell) {
  any_cell = true;
  switch (GetEnum<uint8_t>(kStatesNone, kStatesBlock)) {
    case kStatesNone:
      return {};
    case kStatesConstant: {
      any_cell = false;
      const auto state = GetEnum<uint8_t>(1, 4);
      if (!reader.ok() || !expansion_.Take(rows)) {
        reader.Fail();
        return {};
      }
      return base::Buffer::Own(std::vector<uint8_t>(rows, state));
    }
    default: {
      base::Buffer states = Block(rows, 1);
      if (!AllWithin(states, 0, 4)) reader.Fail();
      return states;
    }
  }
}

Column BodyReader::GetColumn(uint32_t rows) {
  const Type type = GetType();
  const size_t width = FixedWidth(type);
  const size_t cells_bytes = rows * (width == 0 ? sizeof(uint32_t) : width);
  bool any_cell = true;
  base::Buffer states = States(rows, any_cell);
  base::Buffer cells;
  base::Buffer data;
  if (any_cell) {
    cells = Block(cells_bytes, width == 0 ? sizeof(uint32_t) : width);
    if (width == 0) data = Block(GetCount(), 1);
  } else if (reader.ok() && expansion_.Take(cells_bytes)) {
    cells = Zeros(cells_bytes);
  } else {
    reader.Fail();
  }
  if (width == 0 && reader.ok()) {
    const auto ends = cells.as<uint32_t>();
    if (!std::is_sorted(ends.begin(), ends.end())) reader.Fail();
    if (!ends.empty() && ends.back() > data.size()) reader.Fail();
  }
  if (!reader.ok()) return {};
  if (width == 0) return Column(type, rows, states, {}, cells, data);
  return Column(type, rows, states, cells, {}, {});
}

std::vector<Column> BodyReader::GetColumns(uint32_t rows) {
  std::vector<Column> columns(reader.VarintUpTo(kColumnsMax));
  for (Column& column : columns) {
    column = GetColumn(rows);
    if (!reader.ok()) return {};
  }
  return columns;
}

Batch BodyReader::GetBatch() {
  Batch batch;
  batch.table = GetId<TableId>();
  batch.schema = GetId<SchemaId>();
  batch.generation = GetId<Generation>();
  batch.rows = static_cast<uint32_t>(reader.VarintUpTo(kBatchRowsMax));
  batch.operations = Run<uint8_t>(batch.rows);
  if (!AllWithin(batch.operations, 1, 5)) reader.Fail();
  batch.transactions = Run<uint32_t>(batch.rows);
  batch.ordinals = Run<uint32_t>(batch.rows);
  batch.after = GetColumns(batch.rows);
  batch.before_columns.resize(reader.VarintUpTo(kColumnsMax));
  for (uint16_t& place : batch.before_columns) {
    place = static_cast<uint16_t>(reader.VarintUpTo(UINT16_MAX));
    if (place >= batch.after.size()) reader.Fail();
  }
  batch.before.resize(reader.ok() ? batch.before_columns.size() : 0);
  for (Column& column : batch.before) column = GetColumn(batch.rows);
  return batch;
}

}  // namespace encoding

Result<EntryBody> DecodeBody(FrameKind kind, const base::Buffer& body) {
  if (kind == FrameKind::kChanges) {
    ASSIGN_OR_RETURN(Changes changes, DecodeChangeSet(body));
    return EntryBody(std::move(changes));
  }
  if (kind == FrameKind::kRepair) {
    ASSIGN_OR_RETURN(Batch rows, DecodeRows(body));
    if (!encoding::IsRepair(rows)) return Error(kMalformedBody, {{"what", "repair"}, {"byte", "0"}});
    return EntryBody(Repair{std::make_shared<const Batch>(std::move(rows))});
  }
  encoding::BodyReader reader(body);
  EntryBody decoded = encoding::GetBody(kind, reader);
  RETURN_IF_ERROR(reader.Finish("frame"));
  return decoded;
}

Result<Changes> DecodeChangeSet(const base::Buffer& body) {
  encoding::BodyReader reader(encoding::Aligned(body));
  auto set = std::make_shared<ChangeSet>();
  set->capture = reader.GetText();
  set->session = reader.reader.Varint();
  set->lane = reader.GetId<Lane>();
  set->prev.bytes = reader.GetText();
  set->position.bytes = reader.GetText();
  set->note = reader.GetText();
  const size_t transactions = reader.GetCount(13);
  set->transactions.reserve(transactions);
  for (size_t i = 0; i < transactions && reader.ok(); ++i) {
    set->transactions.push_back(encoding::GetTransaction(reader));
  }
  const size_t items = reader.GetCount();
  for (size_t i = 0; i < items && reader.ok(); ++i) {
    set->items.push_back(encoding::GetItem(reader, transactions));
  }
  RETURN_IF_ERROR(reader.Finish("change set"));
  return Changes(std::move(set));
}

Result<Batch> DecodeRows(const base::Buffer& body) {
  encoding::BodyReader reader(encoding::Aligned(body));
  Batch rows = reader.GetBatch();
  RETURN_IF_ERROR(reader.Finish("rows"));
  return rows;
}

Result<TableSchema> DecodeSchema(const base::Buffer& body) {
  encoding::BodyReader reader(body);
  TableSchema schema = reader.GetSchema();
  RETURN_IF_ERROR(reader.Finish("schema"));
  return schema;
}

}  // namespace renkei::core
