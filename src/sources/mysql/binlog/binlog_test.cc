#include <gtest/gtest.h>

#include "core/batch_builder.h"
#include "sources/mysql/binlog/compressed.h"
#include "sources/mysql/binlog/control_events.h"
#include "sources/mysql/binlog/recorded_events.h"
#include "sources/mysql/binlog/rows_event.h"
#include "sources/mysql/codes.h"

namespace renkei::sources::mysql::binlog {
namespace {

using namespace recorded;  // NOLINT: the events of this test

class BinlogTest : public ::testing::Test {
 protected:
  Event Read(std::string_view hex) {
    packets_.push_back(FromHex(hex));
    auto event = splitter_.Split(packets_.back());
    if (!event.ok()) base::CheckFailed(__FILE__, __LINE__, "event", event.error().Debug());
    return *event;
  }
  RowPlan Plan(const core::TableSchema& schema) {
    PlanResult result = MakeRowPlan(schema, *ReadTableMap(Read(kTableMap)), CharsetOf);
    EXPECT_EQ(result.difference, "");
    return *std::move(result.plan);
  }
  core::Batch Decode(std::string_view hex) {
    const core::TableSchema schema = Schema();
    const RowPlan plan = Plan(schema);
    core::BatchBuilder builder(schema, schema.key);
    const RowsEvent rows = *ReadRowsEvent(Read(hex), storage_);
    EXPECT_TRUE(rows.full_images);
    Cursor cursor = CursorOver(rows.images);
    RowTarget target{builder, 0, 0};
    EXPECT_EQ(DecodeRows(rows, plan, cursor, SIZE_MAX, target).outcome, RowsOutcome::kOk);
    EXPECT_EQ(cursor.left(), 0u);
    return builder.Finish();
  }

  EventSplitter splitter_{true};
  std::vector<std::vector<std::byte>> packets_;
  std::vector<std::byte> storage_;
};

TEST_F(BinlogTest, ReadsControlEvents) {
  EXPECT_EQ(ReadRotate(Read(kRotate))->file, "binlog.000003");
  const Event gtid = Read(kGtid);
  EXPECT_EQ(gtid.server_id, 1u);
  EXPECT_EQ(gtid.next_place, 0x1A5u);
  EXPECT_EQ(ReadGtid(gtid)->sequence, 10u);
  EXPECT_FALSE(ReadGtid(gtid)->standalone);
  EXPECT_EQ(Read(kXid).type, EventType::kXid);
  const Query query = *ReadQuery(Read(kTruncate));
  EXPECT_EQ(query.schema, "shop");
  EXPECT_EQ(query.statement, "truncate table r");
}

TEST_F(BinlogTest, ReadsTableMapsWithTheirMetadata) {
  const TableMap map = *ReadTableMap(Read(kTableMap));
  EXPECT_EQ(map.schema, "shop");
  EXPECT_EQ(map.table, "r");
  EXPECT_TRUE(map.full_metadata);
  ASSERT_EQ(map.columns.size(), 6u);
  EXPECT_EQ(map.columns[0].name, "id");
  EXPECT_TRUE(map.columns[0].is_unsigned);
  EXPECT_EQ(map.columns[1].collation, 45);
  EXPECT_FALSE(map.columns[2].is_unsigned);
  EXPECT_EQ(map.columns[2].length, 7u);
  EXPECT_EQ(map.columns[2].scale, 2);
  EXPECT_EQ(map.columns[4].type, WireType::kEnum);
  EXPECT_EQ(map.columns[4].members, (std::vector<std::string>{"new", "old"}));
  EXPECT_EQ(map.columns[4].collation, 8);
  EXPECT_EQ(map.columns[5].collation, 63);
}

TEST_F(BinlogTest, DecodesInserts) {
  const core::Batch batch = Decode(kInsert);
  ASSERT_EQ(batch.rows, 2u);
  EXPECT_EQ(batch.operation(0), core::Operation::kInsert);
  EXPECT_EQ(batch.after[0].cells<uint32_t>()[1], 4'000'000'000u);
  EXPECT_EQ(batch.after[1].bytes(0), "りんご");
  EXPECT_EQ(batch.after[2].cells<int64_t>()[0], -1234);
  EXPECT_EQ(batch.after[3].cells<int64_t>()[0], 1'709'210'096'789'000);
  EXPECT_EQ(batch.after[4].bytes(0), "old");
  EXPECT_EQ(batch.after[5].bytes(0), std::string_view("\x0A\0\0", 3));
  for (int column = 1; column < 6; ++column) EXPECT_EQ(batch.after[column].state(1), core::CellState::kNull);
  EXPECT_EQ(batch.before[0].state(0), core::CellState::kAbsent);
}

TEST_F(BinlogTest, DecodesUpdatesWithTheKeyBeforeOnlyWhereItChanged) {
  const core::Batch moved = Decode(kUpdateOfKey);
  EXPECT_EQ(moved.operation(0), core::Operation::kUpdate);
  EXPECT_EQ(moved.before[0].cells<uint32_t>()[0], 1u);
  EXPECT_EQ(moved.after[0].cells<uint32_t>()[0], 2u);
  EXPECT_EQ(moved.after[2].cells<int64_t>()[0], 9'999'999);
  const core::Batch same = Decode(kUpdate);
  EXPECT_EQ(same.before[0].state(0), core::CellState::kAbsent);
  EXPECT_EQ(same.after[1].bytes(0), "x");
}

TEST_F(BinlogTest, DecodesDeletesAsTheirKey) {
  const core::Batch batch = Decode(kDelete);
  EXPECT_EQ(batch.operation(0), core::Operation::kDelete);
  EXPECT_EQ(batch.before[0].cells<uint32_t>()[0], 4'000'000'000u);
  EXPECT_EQ(batch.after[1].state(0), core::CellState::kAbsent);
}

TEST_F(BinlogTest, TellsPartialImages) {
  EXPECT_FALSE(ReadRowsEvent(Read(kMinimalInsert), storage_)->full_images);
}

TEST_F(BinlogTest, NamesHowATableDiffers) {
  const TableMap map = *ReadTableMap(Read(kTableMap));
  const auto difference = [&](const std::function<void(core::TableSchema&)>& change) {
    core::TableSchema schema = Schema();
    change(schema);
    return MakeRowPlan(schema, map, CharsetOf).difference;
  };
  EXPECT_EQ(difference([](auto&) {}), "");
  EXPECT_NE(difference([](auto& s) { s.columns.pop_back(); }), "");
  EXPECT_NE(difference([](auto& s) { s.columns[1].name = "title"; }), "");
  EXPECT_NE(difference([](auto& s) { s.columns[0] = Column("id", "int(10)"); }), "");
  EXPECT_NE(difference([](auto& s) { s.columns[0] = Column("id", "bigint(20) unsigned"); }), "");
  EXPECT_NE(difference([](auto& s) { s.columns[1] = Column("name", "varchar(20)", "latin1"); }), "");
  EXPECT_NE(difference([](auto& s) { s.columns[1] = Column("name", "varbinary(80)"); }), "");
  EXPECT_NE(difference([](auto& s) { s.columns[2] = Column("price", "decimal(8,2)"); }), "");
  EXPECT_NE(difference([](auto& s) { s.columns[3] = Column("at", "datetime(6)"); }), "");
  EXPECT_NE(difference([](auto& s) { s.columns[4] = Column("kind", "enum('old','new')", "latin1"); }), "");
  EXPECT_NE(difference([](auto& s) { s.columns[5] = Column("b", "binary(4)"); }), "");
}

TEST_F(BinlogTest, RefusesDamage) {
  auto packet = FromHex(kInsert);
  packet[30] ^= std::byte{1};
  EXPECT_EQ(splitter_.Split(packet).error().code(), kBadChecksum);
  packet.pop_back();
  EXPECT_EQ(splitter_.Split(packet).error().code(), kBadEvent);
  EXPECT_EQ(splitter_.Split(FromHex("0011")).error().code(), kBadEvent);
}

// A row that breaks off must leave the builder level, so that the rows before it can be kept.
TEST_F(BinlogTest, EveryTruncationOfRowsIsTold) {
  const core::TableSchema schema = Schema();
  const RowPlan plan = Plan(schema);
  const RowsEvent whole = *ReadRowsEvent(Read(kUpdateOfKey), storage_);
  for (size_t length = 1; length < whole.images.size(); ++length) {
    RowsEvent rows = whole;
    rows.images = whole.images.first(length);
    core::BatchBuilder builder(schema, schema.key);
    Cursor cursor = CursorOver(rows.images);
    RowTarget target{builder, 0, 0};
    EXPECT_EQ(DecodeRows(rows, plan, cursor, SIZE_MAX, target).outcome, RowsOutcome::kTruncated) << length;
    EXPECT_EQ(builder.Finish().rows, 1u);
  }
}

TEST(Compressed, RefusesDamage) {
  std::vector<std::byte> storage;
  EXPECT_FALSE(Decompress({}, storage));
  EXPECT_FALSE(Decompress(FromHex("81"), storage));
  EXPECT_FALSE(Decompress(FromHex("81ff00"), storage));
  EXPECT_FALSE(Decompress(FromHex("84ffffffff789c"), storage));
  EXPECT_FALSE(Decompress(FromHex("9105789c030000000001"), storage));
  EXPECT_TRUE(Decompress(FromHex("8100789c030000000001"), storage));
}

}  // namespace
}  // namespace renkei::sources::mysql::binlog
