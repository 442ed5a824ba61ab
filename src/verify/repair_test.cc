#include "verify/repair.h"

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

const TableName kA{.source = "shop", .table = "shop.a", .sink = "warehouse"};

class RepairTest : public pipeline::Stage {
 protected:
  void SetUp() override {
    AddSink("warehouse");
    Start(std::make_unique<pipeline::ScriptSource>(std::vector<std::string>{"a", "b"}));
    source_->Run([](LogScript& script) {
      std::vector<conformance::Change> rows;
      for (int64_t key = 1; key <= 100; ++key) rows.push_back(Insert("a", key, "v" + std::to_string(key)));
      script.Commit(rows);
    });
    ASSERT_TRUE(AwaitRows("warehouse", "a"));
    ASSERT_TRUE(Await([&] { return Table("warehouse", "a").state == pipeline::RunState::kLive; }));
  }

  // Two rows are missing, one is another, one is too many: behind everybody's back.
  void Spoil() {
    doubles::MemoryDestination& destination = *destinations_["warehouse"];
    std::lock_guard lock(destination.mutex);
    doubles::MemoryTable& table = *destination.state.tables.at({"shop", core::TableId{1}}).shown;
    for (const int64_t key : {7, 50}) ASSERT_EQ(table.rows.erase(KeyBytes(key)), 1u);
    table.rows[KeyBytes(3)][1].bytes = "other";
    doubles::MemoryRow extra = table.rows[KeyBytes(4)];
    extra[0].bytes = KeyBytes(1000).substr(0, 8);
    table.rows[KeyBytes(1000)] = extra;
  }
  static std::string KeyBytes(int64_t key) {
    return std::string(reinterpret_cast<const char*>(&key), sizeof(key)) + '\0';
  }
  bool Owed() { return pipeline_->FindLog("shop")->State().FindTable("shop.a")->owed; }
  std::vector<RepairResult> RepairA(bool anew = false) {
    std::vector<RepairResult> results;
    const Status done = RepairTables(*pipeline_, {kA}, anew, {},
                                     [&](const RepairResult& result) { results.push_back(result); });
    EXPECT_TRUE(done.ok());
    return results;
  }
};

TEST_F(RepairTest, ReadsOnlyWhatDiffersAgain) {
  Spoil();
  const RepairResult result = RepairTable(*pipeline_, kA, {});
  ASSERT_FALSE(result.error.has_value()) << result.error->Debug();
  EXPECT_EQ(result.rows, 100u);
  EXPECT_EQ(result.rows_read, 3u);
  EXPECT_EQ(result.rows_gone, 1u);
  EXPECT_TRUE(VerifyTable(*pipeline_, kA, {}).equal());
  const RepairResult again = RepairTable(*pipeline_, kA, {});
  EXPECT_EQ(again.rows_read + again.rows_gone, 0u) << "what is equal is left alone";
}

TEST_F(RepairTest, ChangesThatArriveMeanwhileStay) {
  std::atomic<bool> stop = false;
  std::thread load([&] {
    for (int64_t i = 0; !stop; ++i) {
      source_->Run([&](LogScript& script) {
        script.Commit({Update("a", i % 100 + 1, "n" + std::to_string(i)), Insert("a", 2000 + i, "new")});
      });
    }
  });
  for (int i = 0; i < 5; ++i) {
    doubles::MemoryDestination& destination = *destinations_["warehouse"];
    {
      std::lock_guard lock(destination.mutex);
      destination.state.tables.at({"shop", core::TableId{1}}).shown->rows.erase(KeyBytes(50));
    }
    const RepairResult result = RepairTable(*pipeline_, kA, {});
    EXPECT_FALSE(result.error.has_value()) << result.error->Debug();
  }
  stop = true;
  load.join();
  EXPECT_TRUE(AwaitRows("warehouse", "a"));
}

TEST_F(RepairTest, WhatWasOwedIsSettledInTheLog) {
  source_->Run([](LogScript& script) { script.Mark("a", true); });
  Spoil();
  ASSERT_TRUE(Owed());
  const auto results = RepairA();
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(ResultText(results[0]).code(), kRepaired);
  EXPECT_EQ(ResultText(results[0]).field("read"), "3");
  EXPECT_FALSE(Owed());
}

TEST_F(RepairTest, AStoppedTableIsCopiedAnew) {
  source_->StopTable("a", Error(pipeline::kOtherLog, {{"source", "shop"}}));
  ASSERT_EQ(Table("warehouse", "a").state, pipeline::RunState::kStopped);
  const auto results = RepairA();
  ASSERT_EQ(results.size(), 1u);
  EXPECT_TRUE(results[0].copied_anew);
  EXPECT_TRUE(Await([&] { return Table("warehouse", "a").state == pipeline::RunState::kLive; }));
  EXPECT_TRUE(VerifyTable(*pipeline_, kA, {}).equal());
}

}  // namespace
}  // namespace renkei::verify
