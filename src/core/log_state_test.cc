#include "core/log_state.h"

#include <gtest/gtest.h>

#include "core/encoding.h"

namespace renkei::core {
namespace {

TableSchema Orders(uint32_t schema_id, uint32_t generation) {
  TableSchema schema;
  schema.table = TableId{1};
  schema.id = SchemaId{schema_id};
  schema.generation = Generation{generation};
  schema.schema = "shop";
  schema.name = "orders";
  return schema;
}

Entry At(uint64_t offset, EntryBody body) {
  Entry entry;
  entry.address = {Offset{offset}, 0};
  entry.body = std::move(body);
  return entry;
}

TEST(LogState, ASetMovesTheHeadOfItsLane) {
  auto set = std::make_shared<ChangeSet>();
  set->lane = Lane{2};
  set->position = {"p5"};
  set->note = "file 3";
  set->transactions.push_back({.id = "0-1-5"});
  LogState state;
  state.Apply(At(0, Changes(set)));
  state.Apply(At(1, Tick{Lane{2}, {"p5"}, {"p6"}, "file 4", {}}));
  EXPECT_EQ(state.heads[Lane{2}].position.bytes, "p6");
  EXPECT_EQ(state.heads[Lane{2}].note, "file 4");
  EXPECT_EQ(state.heads[Lane{2}].transaction_id, "0-1-5") << "a tick carries no captured transaction";
}

TEST(LogState, APreparedTransactionIsOpenUntilAnotherEndsIt) {
  auto set = std::make_shared<ChangeSet>();
  set->transactions.push_back(
      {.id = "0-1-5", .state = TransactionState::kPrepared, .parts = {{1, 2, 3}}, .memo = "x"});
  set->transactions.push_back({.id = "0-1-6", .state = TransactionState::kPrepared});
  LogState state;
  state.Apply(At(0, Changes(set)));
  base::ByteWriter writer;
  EncodeState(state, writer);
  state = *DecodeState(base::Buffer::Own(writer.Take()));
  ASSERT_EQ(state.prepared.size(), 2u);
  EXPECT_EQ(state.prepared["0-1-5"].memo, "x");
  EXPECT_EQ(state.prepared["0-1-5"].parts, (std::vector<PartPlace>{{1, 2, 3}}));
  auto end = std::make_shared<ChangeSet>();
  end->transactions.push_back({.id = "0-1-7", .state = TransactionState::kEnd, .ends = "0-1-5"});
  end->transactions.push_back({.id = "0-1-8", .state = TransactionState::kAbort, .ends = "0-1-6"});
  state.Apply(At(2, Changes(end)));
  EXPECT_TRUE(state.prepared.empty());
}

TEST(LogState, ChunksAddUpUntilTheCopyEnds) {
  LogState state;
  state.Apply(At(0, SchemaFrame{Orders(1, 1)}));
  state.Apply(At(4, CopyBegin{SnapshotId{1}, TableId{1}, Generation{1}, {"warehouse"}, 100}));
  state.Apply(At(
      5,
      ChunkMarker{.snapshot = SnapshotId{1}, .table = TableId{1}, .number = 0, .upper = "k9", .rows = 40}));
  EXPECT_EQ(state.snapshots[TableId{1}].copied_to, "k9");
  EXPECT_EQ(state.snapshots[TableId{1}].chunks, 1u);
  EXPECT_EQ(state.snapshots[TableId{1}].begin_address.offset, Offset{4});
  state.Apply(At(6, CopyEnd{SnapshotId{1}, TableId{1}, false}));
  EXPECT_TRUE(state.snapshots[TableId{1}].ended);
  EXPECT_EQ(state.next_snapshot, SnapshotId{2});
}

TEST(LogState, AnAbandonedCopyIsForgottenAndALateMarkerOfItToo) {
  LogState state;
  state.Apply(At(0, CopyBegin{SnapshotId{1}, TableId{1}, Generation{1}, {"a"}, 0}));
  state.Apply(At(0, CopyEnd{SnapshotId{1}, TableId{1}, true}));
  state.Apply(At(0, CopyBegin{SnapshotId{2}, TableId{1}, Generation{1}, {"a"}, 0}));
  state.Apply(At(0, ChunkMarker{.snapshot = SnapshotId{1}, .table = TableId{1}, .number = 7}));
  EXPECT_EQ(state.snapshots[TableId{1}].chunks, 0u);
}

TEST(LogState, AGapHoldsUntilTheNextGeneration) {
  LogState state;
  state.Apply(At(0, SchemaFrame{Orders(1, 1)}));
  state.Apply(At(1, Gap{TableId{1}, Generation{1}, 2101, {}}));
  EXPECT_TRUE(state.FindTable("shop.orders")->stopped);
  state.Apply(At(1, SchemaFrame{Orders(1, 1)}));
  EXPECT_TRUE(state.FindTable("shop.orders")->stopped) << "a repeated schema changes nothing";
  state.Apply(At(1, SchemaFrame{Orders(2, 2)}));
  EXPECT_FALSE(state.FindTable("shop.orders")->stopped);
  EXPECT_EQ(state.next_schema, SchemaId{3});
  EXPECT_EQ(state.schemas.size(), 2u);
}

TEST(LogState, WhatIsLostIsOwedUntilItIsCompared) {
  LogState state;
  state.Apply(At(0, SchemaFrame{Orders(1, 1)}));
  state.Apply(At(0, Tick{Lane{0}, {"p1"}, {"p2"}, "", {}, 0}));
  EXPECT_FALSE(state.FindTable("shop.orders")->owed);
  state.Apply(At(0, Tick{Lane{0}, {"p2"}, {"p9"}, "", {}, 2140}));
  EXPECT_TRUE(state.FindTable("shop.orders")->owed);
  state.Apply(At(0, RepairMark{TableId{1}, Generation{7}, false, 0, 0}));
  EXPECT_TRUE(state.FindTable("shop.orders")->owed) << "another generation's mark";
  state.Apply(At(0, RepairMark{TableId{1}, Generation{1}, false, 10, 2}));
  EXPECT_FALSE(state.FindTable("shop.orders")->owed);
  state.Apply(At(0, RepairMark{TableId{1}, Generation{1}, true, 0, 0}));
  state.Apply(At(0, SchemaFrame{Orders(2, 2)}));
  EXPECT_FALSE(state.FindTable("shop.orders")->owed) << "a new generation is copied";
}

TEST(LogState, KnowsItsEnd) {
  LogState state;
  Entry entry = At(3, SchemaFrame{Orders(1, 1)});
  entry.next = {Offset{3}, 1};
  state.Apply(entry);
  EXPECT_EQ(state.end, (Address{Offset{3}, 1}));
}

}  // namespace
}  // namespace renkei::core
