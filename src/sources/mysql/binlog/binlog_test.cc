#include <gtest/gtest.h>

#include "core/batch_builder.h"
#include "sources/mysql/binlog/compressed.h"
#include "sources/mysql/binlog/control_events.h"
#include "sources/mysql/binlog/made_events.h"
#include "sources/mysql/binlog/payload.h"
#include "sources/mysql/binlog/recorded_events.h"
#include "sources/mysql/binlog/rows_event.h"
#include "sources/mysql/codes.h"

namespace renkei::sources::mysql::binlog {
namespace {

using namespace recorded;  // NOLINT: the events of this test
using namespace made;      // NOLINT

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
    const RowsEvent rows = *ReadRowsEvent(Read(hex), decompressor_);
    EXPECT_TRUE(rows.full_images);
    Cursor cursor = CursorOver(rows.images);
    RowTarget target{builder, 0, 0};
    EXPECT_EQ(DecodeRows(rows, plan, cursor, SIZE_MAX, target).outcome, RowsOutcome::kOk);
    EXPECT_EQ(cursor.left(), 0u);
    return builder.Finish();
  }

  EventSplitter splitter_{true};
  std::vector<std::vector<std::byte>> packets_;
  Decompressor decompressor_;
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
  EXPECT_FALSE(ReadRowsEvent(Read(kMinimalInsert), decompressor_)->full_images);
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
  const auto other_members = [](auto& s) { s.columns[4] = Column("kind", "enum('old','new')", "latin1"); };
  EXPECT_EQ(difference(other_members), "");
  EXPECT_NE(difference([&](auto& s) {
              other_members(s);
              s.key = {4};
            }),
            "");
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
  const RowsEvent whole = *ReadRowsEvent(Read(kUpdateOfKey), decompressor_);
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
  Decompressor decompressor;
  EXPECT_FALSE(decompressor.Decompress({}));
  EXPECT_FALSE(decompressor.Decompress(FromHex("81")));
  EXPECT_FALSE(decompressor.Decompress(FromHex("81ff00")));
  EXPECT_FALSE(decompressor.Decompress(FromHex("84ffffffff789c")));
  EXPECT_FALSE(decompressor.Decompress(FromHex("9105789c030000000001")));
  EXPECT_TRUE(decompressor.Decompress(FromHex("8100789c030000000001")));
}

// A fuzzer's find: the width of a cell is taken from the map.
TEST_F(BinlogTest, RefusesCellsWiderThanTheirType) {
  TableMap map = *ReadTableMap(Read(kTableMap));
  ASSERT_EQ(map.columns[4].type, WireType::kEnum);
  for (const uint32_t width : {0u, 33u}) {
    map.columns[4].length = width;
    EXPECT_EQ(MakeRowPlan(Schema(), map, CharsetOf).difference, "column kind is no longer enum('new','old')");
  }
}

TEST_F(BinlogTest, ReadsTheSecondVersionOfRowsWithExtraData) {
  std::vector<std::byte> body = BodyOf(kInsert);
  // The flags end at the eighth byte; four bytes of extra data, their length counted in.
  const std::vector<std::byte> extra = FromHex("060001020304");
  body.insert(body.begin() + 8, extra.begin(), extra.end());
  const std::vector<std::byte> packet = MakeEvent(EventType::kWriteRows, body);
  const auto rows = ReadRowsEvent(*ReadEvent(packet), decompressor_);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->table_id, 0x13Du);
  EXPECT_TRUE(rows->full_images);
  const RowsEvent first = *ReadRowsEvent(Read(kInsert), decompressor_);
  EXPECT_TRUE(std::ranges::equal(rows->images, first.images));
}

TEST_F(BinlogTest, ReadsHeartbeatsOfBothVersions) {
  const auto heartbeat = [](std::string_view body) {
    return ReadHeartbeatV2(*ReadEvent(MakeEvent(EventType::kHeartbeatV2, FromHex(body))));
  };
  // File "b.1" and the place 2^32 + 7.
  EXPECT_EQ(**heartbeat("0103622e3102"
                        "09"
                        "fe0700000001000000"
                        "00"),
            (uint64_t{1} << 32) + 7);
  EXPECT_FALSE(heartbeat("0103622e3100")->has_value());
  EXPECT_FALSE(heartbeat("0209fe07").ok());
}

std::vector<EventType> TypesIn(const std::vector<std::byte>& packet) {
  const Event event = *ReadEvent(packet);
  std::vector<EventType> types;
  auto payload = PayloadReader::Open(event);
  while (payload.ok()) {
    const auto inner = payload->Next();
    if (!inner.ok()) return {};
    if (!*inner) return types;
    types.push_back((**inner).type);
  }
  return {};
}

TEST(Payload, GivesTheEventsInside) {
  std::vector<std::byte> plain;
  std::vector<EventType> expected;
  for (int i = 0; i < 3000; ++i) {
    const std::vector<std::byte> body(static_cast<size_t>(i) % 1000 * (i == 2500 ? 4000 : 1), std::byte{7});
    const EventType type = i % 2 == 0 ? EventType::kTableMap : EventType::kWriteRows;
    Add(MakeEvent(type, body), plain);
    expected.push_back(type);
  }
  EXPECT_EQ(TypesIn(MakePayload(plain, true)), expected);
  EXPECT_EQ(TypesIn(MakePayload(plain, false)), expected);
  EXPECT_EQ(TypesIn(MakePayload({}, true)), std::vector<EventType>());
}

TEST(Payload, RefusesDamageAndWhatHasNoPlaceInside) {
  std::vector<std::byte> plain;
  Add(MakeEvent(EventType::kXid, FromHex("0100000000000000")), plain);
  Add(MakeEvent(EventType::kXid, FromHex("0200000000000000")), plain);
  const std::vector<std::byte> whole = MakePayload(plain, true);
  ASSERT_EQ(TypesIn(whole).size(), 2u);
  for (size_t size = kHeaderBytes; size < whole.size(); ++size) {
    const Bytes body = Bytes(whole).subspan(kHeaderBytes, size - kHeaderBytes);
    EXPECT_TRUE(TypesIn(MakeEvent(EventType::kTransactionPayload, body)).empty()) << size;
  }
  for (const EventType type : {EventType::kTransactionPayload, EventType::kGtid, EventType::kRotate}) {
    std::vector<std::byte> more = plain;
    Add(MakeEvent(type, FromHex("00")), more);
    EXPECT_TRUE(TypesIn(MakePayload(more, true)).empty());
  }
  std::vector<std::byte> cut = plain;
  cut.pop_back();
  EXPECT_TRUE(TypesIn(MakePayload(cut, true)).empty());
}

// An event that claims a gigabyte, and a payload that unpacks to more than it says.
TEST(Payload, RefusesBombs) {
  std::vector<std::byte> plain = MakeEvent(EventType::kXid, FromHex("0100000000000000"));
  plain[9 + 3] = std::byte{0x3f};
  EXPECT_TRUE(TypesIn(MakePayload(plain, true)).empty());
  EXPECT_TRUE(TypesIn(MakePayload(plain, true, size_t{1} << 31)).empty());
  const std::vector<std::byte> zeros(size_t{8} << 20);
  EXPECT_TRUE(TypesIn(MakePayload(zeros, true, 100)).empty());
}

}  // namespace
}  // namespace renkei::sources::mysql::binlog
