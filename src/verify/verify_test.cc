#include "verify/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/codes.h"
#include "pipeline/testing/stage.h"
#include "verify/codes.h"

namespace renkei::verify {
namespace {

using conformance::Insert;
using conformance::LogScript;
using conformance::Update;
using testing::SizeIs;

class VerifyTest : public pipeline::Stage {
 protected:
  void SetUp() override {
    AddSink("warehouse");
    Start(std::make_unique<pipeline::ScriptSource>(std::vector<std::string>{"a", "b"}));
    source_->Run([](LogScript& script) {
      std::vector<conformance::Change> rows;
      for (int64_t key = 1; key <= 100; ++key) rows.push_back(Insert("a", key, "v" + std::to_string(key)));
      script.Commit(rows);
      script.Commit({Insert("b", 1, "x")});
    });
    ASSERT_TRUE(AwaitRows("warehouse", "a"));
    ASSERT_TRUE(AwaitRows("warehouse", "b"));
    ASSERT_TRUE(Await([&] { return Table("warehouse", "b").state == pipeline::RunState::kLive; }));
  }

  // Changes what the destination holds, behind everybody's back.
  void Tamper(const std::function<void(doubles::MemoryTable&)>& change) {
    doubles::MemoryDestination& destination = *destinations_["warehouse"];
    std::lock_guard lock(destination.mutex);
    change(*destination.state.tables.at({"shop", core::TableId{1}}).shown);
  }
  static std::string KeyBytes(int64_t key) {
    return std::string(reinterpret_cast<const char*>(&key), sizeof(key)) + '\0';
  }
  TableResult VerifyA() {
    return VerifyTable(*pipeline_, {.source = "shop", .table = "shop.a", .sink = "warehouse"}, {});
  }
};

TEST_F(VerifyTest, EqualSidesAreEqual) {
  const auto names = TablesToVerify(*pipeline_, {});
  ASSERT_TRUE(names.ok());
  ASSERT_THAT(*names, SizeIs(2));
  for (const TableName& name : *names) {
    const TableResult result = VerifyTable(*pipeline_, name, {});
    EXPECT_TRUE(result.equal()) << (result.error ? result.error->Debug() : "");
  }
  EXPECT_EQ(VerifyA().source_rows, 100u);
}

TEST_F(VerifyTest, NamesMissingKeysAsRangesInTheSourcesOrder) {
  Tamper([](doubles::MemoryTable& table) {
    for (const int64_t key : {7, 8, 9, 50}) ASSERT_EQ(table.rows.erase(KeyBytes(key)), 1u);
  });
  const TableResult result = VerifyA();
  EXPECT_FALSE(result.equal());
  EXPECT_EQ(result.differences.missing, 4u);
  EXPECT_EQ(result.differences.total(), 4u);
  ASSERT_THAT(result.differences.ranges, SizeIs(2));
  EXPECT_EQ(result.differences.ranges[0].first, "7");
  EXPECT_EQ(result.differences.ranges[0].last, "9");
  EXPECT_EQ(result.differences.ranges[0].keys, 3u);
  EXPECT_EQ(result.differences.ranges[1].first, "50");
}

TEST_F(VerifyTest, NamesExtraKeysAndDifferentRows) {
  Tamper([](doubles::MemoryTable& table) {
    table.rows[KeyBytes(3)][1].bytes = "other";
    doubles::MemoryRow extra = table.rows[KeyBytes(4)];
    extra[0].bytes = KeyBytes(1000).substr(0, 8);
    table.rows[KeyBytes(1000)] = extra;
  });
  const TableResult result = VerifyA();
  EXPECT_EQ(result.differences.extra, 1u);
  EXPECT_EQ(result.differences.different, 1u);
  EXPECT_EQ(result.differences.total(), 2u);
  EXPECT_EQ(result.sink_rows, 101u);
  ASSERT_THAT(result.differences.ranges, SizeIs(2));
  EXPECT_EQ(result.differences.ranges[0].kind, Kind::kDifferent);
  EXPECT_EQ(result.differences.ranges[0].first, "3");
  EXPECT_EQ(result.differences.ranges[1].first, "1000");
}

TEST_F(VerifyTest, ANullIsNotAnEmptyText) {
  Tamper([](doubles::MemoryTable& table) { table.rows[KeyBytes(3)][1] = {core::CellState::kNull, ""}; });
  EXPECT_EQ(VerifyA().differences.different, 1u);
}

TEST_F(VerifyTest, CountsDoubledKeys) {
  // The same row under two places of the destination.
  Tamper([](doubles::MemoryTable& table) { table.rows["again"] = table.rows[KeyBytes(5)]; });
  const TableResult result = VerifyA();
  EXPECT_EQ(result.differences.doubled, 1u);
  EXPECT_EQ(result.differences.total(), 1u);
}

TEST_F(VerifyTest, ChangesThatArriveMeanwhileAreNoDifference) {
  std::atomic<bool> stop = false;
  std::thread load([&] {
    for (int64_t i = 0; !stop; ++i) {
      source_->Run([&](LogScript& script) {
        script.CommitSet({{Update("a", i % 100 + 1, "n" + std::to_string(i))},
                          {Insert("a", 200 + i, "new")},
                          {Update("b", 1, std::to_string(i))}});
      });
    }
  });
  for (int i = 0; i < 20; ++i) {
    const TableResult result = VerifyA();
    EXPECT_TRUE(result.equal()) << (result.error ? result.error->Debug() : "");
  }
  stop = true;
  load.join();
  EXPECT_TRUE(AwaitRows("warehouse", "a"));
}

TEST_F(VerifyTest, RefusesWhatIsNotThereOrNotComplete) {
  const auto none = TablesToVerify(*pipeline_, {"shop.a", "shop.nope"});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code(), kNoTableMatches);
  EXPECT_EQ(none.error().field("pattern"), "shop.nope");
  source_->Run([](LogScript& script) { script.StopTable("a"); });
  ASSERT_TRUE(Await([&] { return Table("warehouse", "a").state == pipeline::RunState::kStopped; }));
  const TableResult result = VerifyA();
  ASSERT_TRUE(result.error.has_value());
  EXPECT_EQ(result.error->code(), kNotComplete);
}

}  // namespace
}  // namespace renkei::verify
