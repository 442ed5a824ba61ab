#include "core/encoding.h"

#include <gtest/gtest.h>

#include <random>

#include "core/batch_builder.h"
#include "core/codes.h"

namespace renkei::core {
namespace {

const std::vector<Type> kTypes = {{Kind::kBool},    {Kind::kInt64},          {Kind::kDecimal, 12, 2},
                                  {Kind::kDate},    {Kind::kDecimal, 38, 5}, {Kind::kText},
                                  {Kind::kFloat64}, {Kind::kBytes},          {Kind::kUInt16},
                                  {Kind::kUuid},    {Kind::kFloat32List}};

TableSchema SchemaOfAll() {
  TableSchema schema;
  schema.table = TableId{3};
  schema.id = SchemaId{9};
  schema.generation = Generation{2};
  schema.native_id = "77";
  schema.schema = "shop";
  schema.name = "注文";
  schema.key_kind = KeyKind::kPrimary;
  schema.key = {1, 0};
  schema.open = "{}";
  for (const Type& type : kTypes) {
    ColumnSchema column;
    column.id = static_cast<uint32_t>(schema.columns.size() + 1);
    column.name = "c" + std::to_string(column.id);
    column.native_type = TypeName(type);
    column.type = type;
    column.charset = "utf8mb4";
    column.nullable = column.id % 2 == 0;
    column.generated = column.id == 3;
    if (column.id == 6) column.reading = "charset=cp932";
    schema.columns.push_back(column);
  }
  return schema;
}

void AddCell(ColumnBuilder& column, std::mt19937& random) {
  if (random() % 5 == 0) return column.Without(static_cast<CellState>(1 + random() % 4));
  switch (FixedWidth(column.type())) {
    case 0:
      return column.Varying(std::string(random() % 20, static_cast<char>('a' + random() % 26)));
    case 1:
      return column.Fixed(static_cast<uint8_t>(random() % 2));
    case 2:
      return column.Fixed(static_cast<uint16_t>(random()));
    case 4:
      return column.Fixed(static_cast<int32_t>(random()));
    case 8:
      return column.Fixed(static_cast<int64_t>(random()) * 1'000'003);
    default:
      return column.Fixed(static_cast<Int128>(random()) << 70);
  }
}

Batch RandomBatch(uint32_t transactions, std::mt19937& random) {
  BatchBuilder builder(SchemaOfAll(), {1, 5});
  const uint32_t rows = random() % 40;
  const bool one_operation = random() % 2 == 0;
  for (uint32_t row = 0; row < rows; ++row) {
    builder.BeginRow(one_operation ? Operation::kInsert : static_cast<Operation>(1 + random() % 5),
                     random() % transactions, row);
    for (ColumnBuilder& column : builder.after()) AddCell(column, random);
    for (ColumnBuilder& column : builder.before()) {
      if (one_operation) {
        column.Without(CellState::kAbsent);
      } else {
        AddCell(column, random);
      }
    }
  }
  return builder.Finish();
}

ChangeSet RandomSet(std::mt19937& random) {
  ChangeSet set;
  set.capture = "host:1";
  set.session = random();
  set.lane.value = random() % 3;
  set.prev.bytes = "0-1-7";
  set.position.bytes = std::string("\0\xff", 2);
  set.note = "binlog.1:4";
  const uint32_t transactions = 1 + random() % 4;
  for (uint32_t i = 0; i < transactions; ++i) {
    Transaction transaction;
    transaction.id = "0-1-" + std::to_string(i);
    transaction.commit_time = base::WallTime{-5 + static_cast<int64_t>(random())};
    transaction.time_kind = TimeKind::kWholeSecond;
    transaction.state = i % 2 == 0 ? TransactionState::kEnd : TransactionState::kPrepared;
    if (transaction.state == TransactionState::kPrepared) transaction.memo = "xid";
    if (random() % 2 == 0) transaction.ends = "0-1-2";
    transaction.rows = random() % 9;
    transaction.parts = {{1, 2, 3}, {1u << 30, uint64_t{1} << 40, 5}};
    set.transactions.push_back(transaction);
  }
  set.items.push_back(RandomBatch(transactions, random));
  set.items.push_back(SchemaChange{SchemaOfAll(), "ALTER TABLE t", transactions - 1, {{2, "7"}}});
  set.items.push_back(Truncate{{TableId{1}, TableId{3}}, true, 0});
  set.items.push_back(RandomBatch(transactions, random));
  return set;
}

base::Buffer Encoded(const ChangeSet& set) {
  base::ByteWriter writer;
  EncodeChangeSet(set, writer);
  return base::Buffer::Own(writer.Take());
}

base::Buffer EncodedBody(const EntryBody& body) {
  base::ByteWriter writer;
  EncodeBody(body, writer);
  return base::Buffer::Own(writer.Take());
}

void ExpectSameCells(const Column& a, const Column& b) {
  ASSERT_EQ(a.type(), b.type());
  ASSERT_EQ(a.rows(), b.rows());
  for (uint32_t row = 0; row < a.rows(); ++row) {
    ASSERT_EQ(a.state(row), b.state(row));
    ASSERT_EQ(a.bytes(row), b.bytes(row));
  }
}

void ExpectSame(const Batch& a, const Batch& b) {
  EXPECT_EQ(a.table, b.table);
  EXPECT_EQ(a.schema, b.schema);
  EXPECT_EQ(a.generation, b.generation);
  ASSERT_EQ(a.rows, b.rows);
  EXPECT_EQ(a.operations.text(), b.operations.text());
  EXPECT_EQ(a.transactions.text(), b.transactions.text());
  EXPECT_EQ(a.ordinals.text(), b.ordinals.text());
  EXPECT_EQ(a.before_columns, b.before_columns);
  ASSERT_EQ(a.after.size(), b.after.size());
  ASSERT_EQ(a.before.size(), b.before.size());
  for (size_t i = 0; i < a.after.size(); ++i) ExpectSameCells(a.after[i], b.after[i]);
  for (size_t i = 0; i < a.before.size(); ++i) ExpectSameCells(a.before[i], b.before[i]);
}

TEST(Encoding, ChangeSetsComeBackAsTheyWere) {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const ChangeSet set = RandomSet(random);
    const base::Buffer bytes = Encoded(set);
    const Result<Changes> decoded = DecodeChangeSet(bytes);
    ASSERT_TRUE(decoded.ok()) << decoded.error().Debug();
    const ChangeSet& back = **decoded;
    EXPECT_EQ(back.capture, set.capture);
    EXPECT_EQ(back.session, set.session);
    EXPECT_EQ(back.prev, set.prev);
    EXPECT_EQ(back.position, set.position);
    EXPECT_EQ(back.note, set.note);
    ASSERT_EQ(back.transactions.size(), set.transactions.size());
    EXPECT_EQ(back.transactions[0].parts, set.transactions[0].parts);
    EXPECT_EQ(back.transactions[0].commit_time, set.transactions[0].commit_time);
    EXPECT_EQ(back.transactions[0].ends, set.transactions[0].ends);
    EXPECT_EQ(back.transactions.back().memo, set.transactions.back().memo);
    ASSERT_EQ(back.items.size(), 4u);
    ExpectSame(std::get<Batch>(set.items[0]), std::get<Batch>(back.items[0]));
    ExpectSame(std::get<Batch>(set.items[3]), std::get<Batch>(back.items[3]));
    EXPECT_EQ(std::get<SchemaChange>(back.items[1]).schema, SchemaOfAll());
    EXPECT_EQ(std::get<SchemaChange>(back.items[1]).transaction, set.transactions.size() - 1);
    EXPECT_EQ(std::get<SchemaChange>(back.items[1]).fills, (std::vector<ColumnFill>{{2, "7"}}));
    EXPECT_EQ(std::get<Truncate>(back.items[2]).tables, (std::vector{TableId{1}, TableId{3}}));
    EXPECT_EQ(Encoded(back).text(), bytes.text());
  }
}

TEST(Encoding, DecodedColumnsAreViewsIntoTheBody) {
  std::mt19937 random(1);
  const base::Buffer bytes = Encoded(RandomSet(random));
  const Changes decoded = *DecodeChangeSet(bytes);
  const Column& wide = std::get<Batch>(decoded->items[0]).after[4];
  ASSERT_GT(wide.rows(), 0u);
  EXPECT_GE(wide.fixed().data(), bytes.data());
  EXPECT_LT(wide.fixed().data(), bytes.data() + bytes.size());
  EXPECT_EQ(wide.cells<Int128>().size(), wide.rows());
}

TEST(Encoding, RowsOfOneKindTakeNoSpaceForIt) {
  TableSchema schema = SchemaOfAll();
  schema.columns.resize(2);
  BatchBuilder builder(schema, {0, 1});
  for (uint32_t row = 0; row < 10'000; ++row) {
    builder.BeginRow(Operation::kInsert, 0, row);
    builder.after()[0].Fixed(uint8_t{1});
    builder.after()[1].Fixed(int64_t{row});
    for (ColumnBuilder& column : builder.before()) column.Without(CellState::kAbsent);
  }
  base::ByteWriter writer;
  EncodeRows(builder.Finish(), writer);
  EXPECT_LT(writer.size(), 10'000u * 9 + 100);
  const Result<Batch> rows = DecodeRows(base::Buffer::Own(writer.Take()));
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->operation(9'999), Operation::kInsert);
  EXPECT_EQ(rows->ordinals.as<uint32_t>()[9'999], 9'999u);
  EXPECT_EQ(rows->before[1].state(5), CellState::kAbsent);
}

TEST(Encoding, OtherFramesComeBackAsTheyWere) {
  const CopyBegin begin{SnapshotId{4}, TableId{3}, Generation{2}, {"a", "b"}, 1'000'000, SchemaId{8}};
  const CopyBegin begun = std::get<CopyBegin>(*DecodeBody(FrameKind::kCopyBegin, EncodedBody(begin)));
  EXPECT_EQ(begun.subscriptions, begin.subscriptions);
  EXPECT_EQ(begun.rows_estimated, begin.rows_estimated);
  EXPECT_EQ(begun.schema, begin.schema);

  ChunkMarker marker{SnapshotId{4}, TableId{3}, Generation{2}, 7,  "a",
                     "b",           "l",        "h",           99, {SnapshotId{4}, 1 << 20},
                     0xdeadbeef};
  const auto marked = std::get<ChunkMarker>(*DecodeBody(FrameKind::kChunkMarker, EncodedBody(marker)));
  EXPECT_EQ(marked.number, 7u);
  EXPECT_EQ(marked.upper, "b");
  EXPECT_EQ(marked.high, "h");
  EXPECT_EQ(marked.place, marker.place);
  EXPECT_EQ(marked.crc, marker.crc);

  EXPECT_TRUE(std::get<CopyEnd>(
                  *DecodeBody(FrameKind::kCopyEnd, EncodedBody(CopyEnd{SnapshotId{4}, TableId{3}, true})))
                  .abandoned);
  EXPECT_EQ(
      std::get<SchemaFrame>(*DecodeBody(FrameKind::kSchema, EncodedBody(SchemaFrame{SchemaOfAll()}))).schema,
      SchemaOfAll());
  const Tick tick{Lane{1}, {"p"}, {"q"}, "n", base::WallTime{12}};
  EXPECT_EQ(std::get<Tick>(*DecodeBody(FrameKind::kTick, EncodedBody(tick))).position, tick.position);
  const Gap gap{TableId{3}, Generation{2}, 2107, {{"table", "t"}}};
  const auto gone = std::get<Gap>(*DecodeBody(FrameKind::kGap, EncodedBody(gap)));
  EXPECT_EQ(gone.code, 2107);
  EXPECT_EQ(gone.fields[0].value, "t");
  const Tick lost{Lane{1}, {"p"}, {"q"}, "n", base::WallTime{12}, 2140};
  EXPECT_EQ(std::get<Tick>(*DecodeBody(FrameKind::kTick, EncodedBody(lost))).lost, 2140);
  const auto mark = std::get<RepairMark>(*DecodeBody(
      FrameKind::kRepairMark, EncodedBody(RepairMark{TableId{3}, Generation{2}, true, 1'000'000, 17})));
  EXPECT_TRUE(mark.owed);
  EXPECT_EQ(mark.generation, Generation{2});
  EXPECT_EQ(mark.rows, 1'000'000u);
  EXPECT_EQ(mark.rows_read, 17u);
}

TEST(Encoding, ARepairHoldsUpsertsAndDeletesOnly) {
  for (const Operation operation : {Operation::kUpsert, Operation::kDelete, Operation::kInsert}) {
    BatchBuilder builder(SchemaOfAll(), {});
    builder.BeginRow(operation, 0, 0);
    for (ColumnBuilder& column : builder.after()) column.Without(CellState::kAbsent);
    const EntryBody repair = Repair{std::make_shared<const Batch>(builder.Finish())};
    const auto decoded = DecodeBody(FrameKind::kRepair, EncodedBody(repair));
    ASSERT_EQ(decoded.ok(), operation != Operation::kInsert);
    if (decoded.ok()) {
      EXPECT_EQ(std::get<Repair>(*decoded).rows->operation(0), operation);
    }
  }
}

TEST(Encoding, StatesComeBackAsTheyWere) {
  LogState state;
  state.heads[Lane{0}] = {{"0-1-9"}, "file", "0-1-9", base::WallTime{5}};
  state.schemas[SchemaId{9}] = SchemaOfAll();
  state.tables[TableId{3}].schema = SchemaOfAll();
  state.tables[TableId{8}].stopped = true;
  state.tables[TableId{8}].gap = {TableId{8}, Generation{1}, 2101, {}};
  state.tables[TableId{8}].owed = true;
  SnapshotState snapshot;
  snapshot.begin = {SnapshotId{2}, TableId{3}, Generation{2}, {"w"}, 10};
  snapshot.begin_address = {Offset{70}, 3};
  snapshot.chunks = 4;
  snapshot.copied_to = "k";
  snapshot.rows = 77;
  state.snapshots[TableId{3}] = snapshot;
  state.next_snapshot = SnapshotId{3};
  state.next_schema = SchemaId{10};
  base::ByteWriter writer;
  EncodeState(state, writer);
  const auto bytes = base::Buffer::Own(writer.Take());
  const Result<LogState> back = DecodeState(bytes);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->tables.at(TableId{3}).schema, SchemaOfAll());
  EXPECT_TRUE(back->tables.at(TableId{8}).stopped);
  EXPECT_EQ(back->snapshots.at(TableId{3}).begin_address, snapshot.begin_address);
  base::ByteWriter again;
  EncodeState(*back, again);
  EXPECT_EQ(base::Buffer::Own(again.Take()).text(), bytes.text());
}

TEST(Encoding, ANewerFormIsNamed) {
  std::mt19937 random(1);
  const base::Buffer bytes = Encoded(RandomSet(random));
  std::string newer(bytes.text());
  newer[0] = 2;
  const Result<Changes> decoded = DecodeChangeSet(base::Buffer::Own(newer));
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.error().code(), kUnknownForm);
}

TEST(Encoding, EveryCutIsRefused) {
  std::mt19937 random(3);
  const base::Buffer bytes = Encoded(RandomSet(random));
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeChangeSet(base::Buffer::Own(std::string(bytes.text().substr(0, size)))).ok()) << size;
  }
}

// Whatever the bytes say: an answer or an error, and cells that can be read.
TEST(Encoding, ChangedBytesNeverCrash) {
  for (uint32_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::string bytes(Encoded(RandomSet(random)).text());
    for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    const Result<Changes> decoded = DecodeChangeSet(base::Buffer::Own(bytes));
    if (!decoded.ok()) continue;
    for (const Item& item : (*decoded)->items) {
      const auto* batch = std::get_if<Batch>(&item);
      if (batch == nullptr) continue;
      for (const Column& column : batch->after) {
        for (uint32_t row = 0; row < column.rows(); ++row) (void)column.bytes(row).size();
      }
    }
  }
}

}  // namespace
}  // namespace renkei::core
