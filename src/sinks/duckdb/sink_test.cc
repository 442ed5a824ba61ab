#include "sinks/duckdb/sink.h"

#include <gtest/gtest.h>

#include "duckdb/codes.h"
#include "sinks/duckdb/sink_fixture.h"

namespace renkei::sinks::duckdb {
namespace {

TEST_F(DuckdbSinkTest, ATableAppearsWholeWhenItsCopyReachesTheLivePlace) {
  log_.Commit({{Insert(1, 1, "a"), Insert(1, 2, "b"), Insert(2, 1, "x")}});
  CopyTables({2});
  const auto snapshot = log_.BeginCopy(1, {"w"});
  log_.Chunk(snapshot, 1, INT64_MIN, 2);
  log_.Commit({{Update(1, {2, "b"}, {2, "b"}, 7), Update(2, {1, "x"}, {1, "x"}, 8)}});
  log_.Chunk(snapshot, 1, 2, INT64_MAX);
  log_.Commit({{Delete(1, {1, "a"})}});
  log_.EndCopy(snapshot, 1);
  const core::Address copied = log_.end();
  log_.Commit({{Insert(1, 3, "c")}});

  MustApply();
  EXPECT_EQ(Read("shop.orders"), std::nullopt);
  EXPECT_EQ(Read("shop.items"), AtCursor(2)) << "the live table does not wait for the copy";
  const auto behind = Apply({}, copied);
  ASSERT_TRUE(behind.ok());
  EXPECT_EQ(Read("shop.orders"), std::nullopt) << "complete, but not at the live place";
  const auto joined = Apply();
  ASSERT_TRUE(joined.ok());
  EXPECT_EQ(Read("shop.orders"), AtCursor(1));
  EXPECT_EQ(sink_->Cursor("shop")->copy, std::nullopt);
  Reopen();
  EXPECT_EQ(Read("shop.orders"), AtCursor(1));
}

TEST_F(DuckdbSinkTest, CopiesForOtherSinksAreNotOurs) {
  const auto snapshot = log_.BeginCopy(1, {"other"});
  log_.Chunk(snapshot, 1, INT64_MIN, INT64_MAX);
  log_.EndCopy(snapshot, 1);
  MustApply();
  EXPECT_TRUE(sink_->Tables().empty());
  EXPECT_EQ(sink_->Cursor("shop")->copy, std::nullopt);
}

TEST_F(DuckdbSinkTest, ChangesOfOneKeyCountInTheirOrder) {
  log_.Commit({{Insert(1, 1, "a"), Insert(1, 2, "b"), Insert(1, 3, "c")}});
  CopyTables({1});
  log_.Commit({{Delete(1, {1, "a"}), Insert(1, 1, "a", 50)},                         // delete, insert again
               {Update(1, {2, "b"}, {9, "t"}, 2), Update(1, {3, "c"}, {2, "b"}, 3),  // swap by a third key
                Update(1, {9, "t"}, {3, "c"}, 2)},
               {Insert(1, 4, "d"), Delete(1, {4, "d"})},
               {Insert(1, 5, "e"), Update(1, {5, "e"}, {6, "e"}, 6), Update(1, {6, "e"}, {7, "e"}, 7)}});
  MustApply();
  EXPECT_EQ(Read("shop.orders"), AtCursor(1));
}

TEST_F(DuckdbSinkTest, ATransactionInPartsIsOneCommit) {
  log_.Commit({{Insert(1, 1, "a"), Insert(1, 2, "b")}});
  CopyTables({1, 2});
  log_.Commit({{Insert(2, 1, "before")}});
  log_.CommitInParts({{Delete(1, {1, "a"}), Insert(2, 2, "x")},
                      {Insert(1, 1, "a", 2), Update(1, {2, "b"}, {3, "b"}, 5)},
                      {Update(1, {1, "a"}, {1, "a"}, 3), Delete(2, {2, "x"})}});
  MustApply();
  EXPECT_EQ(Read("shop.orders"), AtCursor(1));
  EXPECT_EQ(Read("shop.items"), AtCursor(2));
}

TEST_F(DuckdbSinkTest, ATruncateEmptiesWhatWasBefore) {
  log_.Commit({{Insert(1, 1, "a"), Insert(1, 2, "b")}});
  CopyTables({1});
  log_.Commit({{Insert(1, 3, "c")}});
  log_.CommitTruncate(1);
  log_.Commit({{Insert(1, 1, "a", 9), Insert(1, 4, "d")}, {Update(1, {4, "d"}, {4, "d"}, 4)}});
  MustApply();
  EXPECT_EQ(Read("shop.orders"), AtCursor(1));
}

TEST_F(DuckdbSinkTest, OnlyTheTransactionsOfTheSliceCount) {
  log_.Commit({{Insert(1, 1, "a")}});
  CopyTables({1});
  const core::Address from = log_.end();
  log_.Commit({{Insert(1, 2, "b")}, {Insert(1, 3, "c")}, {Delete(1, {1, "a"})}});
  for (uint64_t step = 1; step <= 3; ++step) {
    const auto report = Apply(core::Address{core::Offset{from.offset.value + step}, 0});
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->rows, 1u);
    EXPECT_EQ(Read("shop.orders"), AtCursor(1));
  }
}

TEST_F(DuckdbSinkTest, AGapStopsTheTableAndKeepsItsRows) {
  log_.Commit({{Insert(1, 1, "a")}});
  CopyTables({1, 2});
  log_.Commit({{Insert(1, 2, "b"), Insert(2, 1, "x")}});
  const uint64_t stopped_at = log_.end().offset.value;
  log_.AddGap(1);
  log_.Commit({{Insert(1, 3, "c"), Insert(2, 2, "y")}});
  MustApply();
  EXPECT_EQ(Read("shop.orders"), log_.models[stopped_at][1]);
  EXPECT_EQ(Read("shop.items"), AtCursor(2));
  Reopen();
  for (const auto& table : sink_->Tables()) {
    EXPECT_EQ(table.state, table.table == "shop.orders" ? SinkTableState::kStopped : SinkTableState::kLive);
  }
}

TEST_F(DuckdbSinkTest, ATableThatCannotBeAppliedStopsAloneAndCanComeAgain) {
  log_.Commit({{Insert(1, 1, "a")}});
  CopyTables({1, 2});
  const auto before = Read("shop.orders");
  log_.Commit({{Insert(1, 2, "\xff"), Insert(2, 1, "x")}});
  log_.Commit({{Insert(1, 3, "c"), Insert(2, 2, "y")}});
  const auto report = Apply(log_.end());
  ASSERT_TRUE(report.ok()) << report.error().Debug();
  ASSERT_EQ(report->notices.size(), 1u);
  EXPECT_EQ(report->notices.front().code(), renkei::duckdb::kNotUtf8);
  EXPECT_EQ(report->notices.front().field("table"), "shop.orders");
  EXPECT_EQ(Read("shop.orders"), before);
  EXPECT_EQ(Read("shop.items"), AtCursor(2));
  Reopen();
  for (const auto& table : sink_->Tables()) {
    EXPECT_EQ(table.state, table.table == "shop.orders" ? SinkTableState::kStopped : SinkTableState::kLive);
  }
  log_.Commit({{Delete(1, {2, "\xff"})}});
  CopyTables({1});
  EXPECT_EQ(Read("shop.orders"), AtCursor(1));
}

TEST_F(DuckdbSinkTest, ANewGenerationIsShownInPlaceOfTheOld) {
  log_.Commit({{Insert(1, 1, "a"), Insert(1, 2, "b")}});
  CopyTables({1});
  const uint64_t old = log_.end().offset.value;
  log_.AddGap(1);
  log_.AddSchema(ScriptedSchema(1, "shop", "orders", 3, 2));
  log_.Commit({{Insert(1, 3, "c")}});
  const auto snapshot = log_.BeginCopy(1, {"w"});
  log_.Chunk(snapshot, 1, INT64_MIN, INT64_MAX);
  log_.Commit({{Insert(1, 4, "d")}});
  log_.EndCopy(snapshot, 1);
  MustApply();
  EXPECT_EQ(Read("shop.orders"), log_.models[old][1]) << "the old rows stay while the new are copied";
  MustApply();
  EXPECT_EQ(Read("shop.orders"), AtCursor(1));
  ASSERT_EQ(sink_->Tables().size(), 1u);
  EXPECT_EQ(sink_->Tables()[0].generation, core::Generation{2});
}

TEST_F(DuckdbSinkTest, ANewGenerationBringsItsColumnsAndTheOldStorageGoes) {
  log_.Commit({{Insert(1, 1, "a")}});
  CopyTables({1});
  const std::string old = "SELECT count(*) FROM _renkei.\"shop__orders__g1\"";
  const auto answers = [&](const std::string& sql) {
    auto connection = sink_->database()->Connect();
    return connection.ok() && (*connection)->QueryText(sql).ok();
  };
  ASSERT_TRUE(answers(old));
  log_.AddGap(1);
  core::TableSchema changed = ScriptedSchema(1, "shop", "orders", 3, 2);
  changed.columns[3].name = "total";
  log_.AddSchema(changed);
  const auto snapshot = log_.BeginCopy(1, {"w"});
  log_.Chunk(snapshot, 1, INT64_MIN, INT64_MAX);
  log_.EndCopy(snapshot, 1);
  MustApply();
  EXPECT_TRUE(answers("SELECT amount FROM shop.orders"));
  MustApply();
  EXPECT_TRUE(answers("SELECT total FROM shop.orders"));
  EXPECT_FALSE(answers("SELECT amount FROM shop.orders"));
  EXPECT_FALSE(answers(old));
  Reopen();
  EXPECT_EQ(Read("shop.orders"), AtCursor(1));
  EXPECT_EQ(sink_->Tables().size(), 1u);
}

TEST_F(DuckdbSinkTest, ALiveTableGoesOnBesideItsNewCopy) {
  log_.Commit({{Insert(1, 1, "a")}});
  CopyTables({1});
  const auto snapshot = log_.BeginCopy(1, {"w"});
  MustApply();
  log_.Commit({{Insert(1, 2, "b")}});
  ASSERT_TRUE(Apply(log_.end(), sink_->Cursor("shop")->copy).ok());
  EXPECT_EQ(Read("shop.orders"), AtCursor(1));
  EXPECT_EQ(sink_->Tables().size(), 2u);
  log_.Chunk(snapshot, 1, INT64_MIN, INT64_MAX);
  log_.EndCopy(snapshot, 1);
  MustApply();
  EXPECT_EQ(Read("shop.orders"), AtCursor(1));
  EXPECT_EQ(sink_->Tables().size(), 1u);
}

TEST_F(DuckdbSinkTest, AnAbandonedCopyIsForgotten) {
  log_.Commit({{Insert(1, 1, "a"), Insert(1, 2, "b")}});
  const auto first = log_.BeginCopy(1, {"w"});
  log_.Chunk(first, 1, INT64_MIN, 2);
  log_.EndCopy(first, 1, true);
  MustApply();
  MustApply();
  EXPECT_EQ(Read("shop.orders"), std::nullopt);
  log_.Commit({{Delete(1, {1, "a"})}});
  const auto second = log_.BeginCopy(1, {"w"});
  log_.Chunk(second, 1, INT64_MIN, INT64_MAX);
  log_.EndCopy(second, 1);
  MustApply();
  MustApply();
  EXPECT_EQ(Read("shop.orders"), AtCursor(1));
}

TEST_F(DuckdbSinkTest, AFailedCycleLeavesNothing) {
  log_.Commit({{Insert(1, 1, "a")}});
  CopyTables({1, 2});
  const auto before = sink_->Cursor("shop");
  log_.Commit({{Insert(1, 2, "b"), Insert(2, 1, "x")}});
  log_.CommitInParts({{Insert(1, 3, "c")}, {Insert(1, 4, "d")}});
  log_.LoseParts();
  const auto report = Apply();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), kPartsMissing);
  EXPECT_EQ(sink_->Cursor("shop"), before);
  EXPECT_EQ(Read("shop.orders"), AtCursor(1));
}

TEST_F(DuckdbSinkTest, AReaderStaysAtItsInstant) {
  log_.Commit({{Insert(1, 1, "a")}});
  CopyTables({1});
  const ModelTable then = AtCursor(1);
  auto reader = sink_->OpenTableReader("shop", "shop.orders");
  ASSERT_TRUE(reader.ok());
  log_.Commit({{Delete(1, {1, "a"}), Insert(1, 2, "b")}});
  MustApply();
  EXPECT_EQ(ReadAll(**reader), then);
  EXPECT_EQ(Read("shop.orders"), AtCursor(1));
}

TEST_F(DuckdbSinkTest, ALaterWriterFencesThisOne) {
  log_.Commit({{Insert(1, 1, "a")}});
  CopyTables({1});
  auto other = *sink_->database()->Connect();
  ASSERT_TRUE(TakeOver(*other, "w").ok());
  log_.Commit({{Insert(1, 2, "b")}});
  const auto report = Apply();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), kFenced);
}

TEST_F(DuckdbSinkTest, AnotherLogOrPlaceIsRefused) {
  log_.Commit({{Insert(1, 1, "a")}});
  CopyTables({1});
  core::Slice slice = log_.Cut(sink_->Cursor("shop"));
  slice.log = "log-2";
  EXPECT_EQ(sink_->Apply({slice}).error().code(), kOtherLog);
  slice = log_.Cut(sink_->Cursor("shop"));
  slice.main_from = core::Address{};
  EXPECT_EQ(sink_->Apply({slice}).error().code(), kWrongPlace);
}

TEST_F(DuckdbSinkTest, NamesThatDifferByCaseOnlyAreKeptApart) {
  log_.AddSchema(ScriptedSchema(3, "shop", "Orders", 4));
  log_.AddSchema(ScriptedSchema(4, "Shop", "orders", 5));
  log_.Commit({{Insert(1, 1, "a"), Insert(3, 1, "A"), Insert(4, 1, "AA")}});
  CopyTables({1, 3, 4});
  EXPECT_EQ(Read("shop.orders"), AtCursor(1));
  EXPECT_EQ(Read("shop.Orders"), AtCursor(3));
  EXPECT_EQ(Read("Shop.orders"), AtCursor(4));
  std::set<std::string> destinations;
  for (const auto& table : sink_->Tables()) destinations.insert(table.destination);
  EXPECT_EQ(destinations,
            (std::set<std::string>{"Shop__28742cc9.orders", "shop.Orders__7872110c", "shop.orders"}));
}

TEST_F(DuckdbSinkTest, ATableUnderDuckdbsOwnNamesStaysOutAndTheOthersGoOn) {
  log_.AddSchema(ScriptedSchema(3, "warehouse", "t", 4));
  log_.BeginCopy(3, {"w"});
  const auto report = Apply();
  ASSERT_TRUE(report.ok()) << report.error().Debug();
  ASSERT_EQ(report->notices.size(), 1u);
  EXPECT_EQ(report->notices[0].code(), kReservedSchema);
  log_.Commit({{Insert(1, 1, "a")}});
  CopyTables({1});
  EXPECT_EQ(Read("shop.orders"), AtCursor(1));
}

TEST_F(DuckdbSinkTest, ACheckpointIsMadeWhenReplayWouldTakeTooLong) {
  log_.Commit({{Insert(1, 1, "a")}});
  CopyTables({1});
  EXPECT_FALSE(*sink_->Maintain());
  Reopen(std::chrono::milliseconds(4));
  auto reader = sink_->OpenTableReader("shop", "shop.orders");
  for (int i = 0; i < 3; ++i) {
    log_.Commit({{Insert(1, 2, "b" + std::to_string(i))}});
    MustApply();
  }
  const auto done = sink_->Maintain();
  ASSERT_TRUE(done.ok()) << done.error().Debug();
  EXPECT_TRUE(*done);
  EXPECT_EQ(sink_->database()->wal_bytes(), 0u);
  EXPECT_FALSE(*sink_->Maintain());
  EXPECT_EQ(Read("shop.orders"), AtCursor(1));
}
}  // namespace
}  // namespace renkei::sinks::duckdb
