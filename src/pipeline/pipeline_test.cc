#include "pipeline/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <random>

#include "base/io/codes.h"
#include "duckdb/codes.h"
#include "pipeline/caught_up.h"
#include "pipeline/codes.h"
#include "pipeline/testing/stage.h"
#include "tests/doubles/memory_log.h"

namespace renkei::pipeline {
namespace {

using conformance::Delete;
using conformance::Insert;
using conformance::LogScript;
using conformance::Rekey;
using conformance::Update;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::unique_ptr<ScriptSource> Tables(std::vector<std::string> tables) {
  return std::make_unique<ScriptSource>(std::move(tables));
}

// Fails as many cycles as it is told to.
class FlakySink final : public core::Sink {
 public:
  FlakySink(std::unique_ptr<core::Sink> sink, Code code) : sink_(std::move(sink)), code_(code) {}
  std::atomic<int> failures = 0;
  std::atomic<int> opens = 0;
  std::atomic<bool> being_read = false;

  core::SinkCapabilities capabilities() const override { return sink_->capabilities(); }
  Status Open() override {
    ++opens;
    if (being_read) return Error(renkei::duckdb::kFileBeingRead, {{"path", "x"}, {"holder", "y"}});
    return sink_->Open();
  }
  std::optional<core::SinkCursor> Cursor(const std::string& source) const override {
    return sink_->Cursor(source);
  }
  std::vector<core::SinkTable> Tables() const override { return sink_->Tables(); }
  Result<core::CycleReport> Apply(const std::vector<core::Slice>& slices) override {
    if (failures > 0) {
      --failures;
      return Error(code_, {{"path", "x"}});
    }
    return sink_->Apply(slices);
  }
  Result<bool> Maintain() override { return sink_->Maintain(); }
  Result<std::unique_ptr<core::TableReader>> OpenTableReader(const std::string& source,
                                                             const std::string& table) override {
    return sink_->OpenTableReader(source, table);
  }

 private:
  std::unique_ptr<core::Sink> sink_;
  const Code code_;
};

class PipelineTest : public Stage {};

TEST_F(PipelineTest, CopiesTablesThenFollowsChanges) {
  AddSink("warehouse");
  Start(Tables({"a", "b"}));
  source_->Run([](LogScript& script) { script.Commit({Insert("a", 1, "one"), Insert("b", 1, "x")}); });
  ASSERT_TRUE(AwaitRows("warehouse", "a"));
  ASSERT_TRUE(AwaitRows("warehouse", "b"));
  source_->Run([](LogScript& script) {
    script.Commit({Update("a", 1, "uno"), Insert("a", 2, "two")});
    script.CommitInParts({{Insert("b", 2, "y")}, {Delete("b", 1)}, {Insert("b", 3, "z")}});
    script.Commit({Rekey("a", 2, 7, "seven")});
  });
  EXPECT_TRUE(AwaitRows("warehouse", "a"));
  EXPECT_TRUE(AwaitRows("warehouse", "b"));
  EXPECT_TRUE(Await([&] { return SinkState("warehouse") == RunState::kLive; }));
  EXPECT_TRUE(Await([&] { return Table("warehouse", "a").state == RunState::kLive; }));
  EXPECT_TRUE(Await([&] { return Table("warehouse", "a").freshness->rows >= 3; }));
  EXPECT_TRUE(Await([&] { return Table("warehouse", "b").freshness->rows >= 3; })) << "rows in parts count";
}

TEST_F(PipelineTest, OrdersACopyOnceAndNotAgainAfterARestart) {
  AddSink("warehouse");
  Start(Tables({"a"}));
  ASSERT_TRUE(AwaitRows("warehouse", "a"));
  EXPECT_THAT(source_->orders(), SizeIs(1));
  Stop();
  AddSink("warehouse");
  Start(Tables({"a"}));
  ASSERT_TRUE(Await([&] { return SinkState("warehouse") == RunState::kLive && source_->captures() == 1; }));
  ASSERT_TRUE(Await([&] { return Table("warehouse", "a").state == RunState::kLive; }));
  EXPECT_THAT(source_->orders(), IsEmpty());
}

TEST_F(PipelineTest, ANewSinkGetsItsOwnCopyAndTheOldOneIsLeftAlone) {
  AddSink("old");
  Start(Tables({"a"}));
  source_->Run([](LogScript& script) { script.Commit({Insert("a", 1, "one")}); });
  ASSERT_TRUE(AwaitRows("old", "a"));
  Stop();
  AddSink("old");
  AddSink("young");
  Start(Tables({"a"}));
  ASSERT_TRUE(Await([&] { return !source_->orders().empty(); }));
  EXPECT_THAT(source_->orders().front().sinks, testing::ElementsAre("young"));
}

TEST_F(PipelineTest, LiveTablesStayFreshWhileAnotherIsCopied) {
  AddSink("warehouse");
  auto source = Tables({"a", "b"});
  source->KeepOrders();
  Start(std::move(source));
  ASSERT_TRUE(Await([&] { return pipeline_->FindSink("warehouse")->Cursor("shop").has_value(); }));
  source_->Run([](LogScript& script) {
    script.CopyWhole("b", {"warehouse"});
    script.Preload("a", 1, 1000, "old");
    script.BeginCopy("a", {"warehouse"});
  });
  for (int64_t part = 1; part <= 20; ++part) {
    source_->Run([&](LogScript& script) {
      script.Chunk("a", part * 50);
      script.Commit({Insert("b", part, "new"), Update("a", part * 10, "changed")});
    });
    ASSERT_TRUE(AwaitRows("warehouse", "b"));
    ASSERT_EQ(Table("warehouse", "a").state, RunState::kCopying);
  }
  source_->Run([](LogScript& script) { script.EndCopy("a"); });
  EXPECT_TRUE(AwaitRows("warehouse", "a"));
  EXPECT_TRUE(Await([&] { return Table("warehouse", "a").rows_snapshot == 1000; }));
}

TEST_F(PipelineTest, ATableCreatedWhileRunningIsCopiedAtOnce) {
  AddSink("warehouse");
  Start(Tables({"a"}));
  ASSERT_TRUE(AwaitRows("warehouse", "a"));
  source_->CreateTable("late");
  source_->Run([](LogScript& script) { script.Commit({Insert("late", 1, "one")}); });
  EXPECT_TRUE(AwaitRows("warehouse", "late"));
  EXPECT_THAT(source_->orders(), SizeIs(2));
}

TEST_F(PipelineTest, RepairBringsAStoppedTableBack) {
  AddSink("warehouse");
  AddSink("other");
  Start(Tables({"a", "b"}));
  source_->Run([](LogScript& script) { script.Commit({Insert("a", 1, "one")}); });
  ASSERT_TRUE(AwaitRows("warehouse", "a"));
  ASSERT_TRUE(AwaitRows("other", "a"));
  source_->StopTable("a", Error(kOtherLog, {{"source", "shop"}}));
  ASSERT_EQ(Table("warehouse", "a").state, RunState::kStopped);
  const auto nothing = pipeline_->Repair({"shop.a", "shop.nope"});
  ASSERT_FALSE(nothing.ok());
  EXPECT_EQ(nothing.error().code(), kNoTableToRepair);
  const size_t before = source_->orders().size();
  const auto repaired = pipeline_->Repair({"shop.a"});
  ASSERT_TRUE(repaired.ok()) << repaired.error().Debug();
  EXPECT_THAT(*repaired, testing::ElementsAre("shop.a"));
  ASSERT_TRUE(Await([&] { return Table("warehouse", "a").state == RunState::kLive; }));
  ASSERT_TRUE(Await([&] { return Table("other", "a").state == RunState::kLive; }));
  EXPECT_FALSE(Table("warehouse", "a").last_error.has_value());
  source_->Run([](LogScript& script) { script.Commit({Update("a", 1, "two")}); });
  EXPECT_TRUE(AwaitRows("warehouse", "a"));
  EXPECT_TRUE(AwaitRows("other", "a"));
  EXPECT_THAT(source_->orders(), SizeIs(before + 1)) << "one order for both sinks, and none twice";
}

TEST_F(PipelineTest, ARepairOutlivesALostConnection) {
  AddSink("warehouse");
  auto source = Tables({"a"});
  source->KeepOrders();
  Start(std::move(source));
  ASSERT_TRUE(Await([&] { return pipeline_->FindSink("warehouse")->Cursor("shop").has_value(); }));
  source_->StopTable("a", Error(kOtherLog, {{"source", "shop"}}));
  source_->FailWith(Error(base::io::kDiskFull, {{"path", "y"}}));
  ASSERT_TRUE(pipeline_->Repair({"shop.a"}).ok());
  EXPECT_TRUE(Await([&] {
    const auto orders = source_->orders();
    return std::any_of(orders.begin(), orders.end(), [](const auto& order) { return order.renew; });
  }));
}

TEST_F(PipelineTest, AHeldSinkGoesExactlyToAnOffsetInsideASet) {
  AddSink("warehouse");
  Start(Tables({"a"}));
  source_->Run([](LogScript& script) { script.Commit({Insert("a", 1, "v0")}); });
  ASSERT_TRUE(AwaitRows("warehouse", "a"));
  HoldGate& gate = *pipeline_->FindGate("warehouse");
  ASSERT_TRUE(gate.Hold(seconds(10)).ok());
  const core::Offset held = pipeline_->FindSink("warehouse")->Cursor("shop")->main.offset;
  conformance::Rows at_three;
  source_->Run([&](LogScript& script) {
    script.CommitSet(
        {{Update("a", 1, "v1")}, {Update("a", 1, "v2")}, {Update("a", 1, "v3")}, {Insert("a", 2, "w")}});
    at_three = script.At(core::Offset{held.value + 3}).at("a");
  });
  EXPECT_TRUE(gate.AdvanceTo("shop", core::Offset{held.value + 3}, seconds(10)).ok());
  EXPECT_TRUE(Shows("warehouse", "a", at_three));
  const Status back = gate.AdvanceTo("shop", held, seconds(10));
  ASSERT_FALSE(back.ok());
  EXPECT_EQ(back.error().code(), kPassedAlready);
  gate.Release();
  EXPECT_TRUE(AwaitRows("warehouse", "a"));
}

TEST_F(PipelineTest, ErrorsWorthItAreTriedAgainFromWhatIsStored) {
  destinations_["warehouse"] = std::make_shared<doubles::MemoryDestination>();
  auto flaky = std::make_unique<FlakySink>(
      std::make_unique<doubles::MemorySink>("warehouse", destinations_["warehouse"]), base::io::kDiskFull);
  FlakySink& sink = *flaky;
  AddSink("warehouse", std::move(flaky));
  Start(Tables({"a"}));
  ASSERT_TRUE(AwaitRows("warehouse", "a"));
  sink.failures = 3;
  source_->Run([](LogScript& script) { script.Commit({Insert("a", 1, "one")}); });
  EXPECT_TRUE(AwaitRows("warehouse", "a"));
  EXPECT_EQ(sink.opens, 4);

  source_->FailWith(Error(base::io::kDiskFull, {{"path", "y"}}));
  ASSERT_TRUE(Await([&] { return source_->captures() >= 2; }));
  source_->Run([](LogScript& script) { script.Commit({Insert("a", 2, "two")}); });
  EXPECT_TRUE(AwaitRows("warehouse", "a"));
}

TEST_F(PipelineTest, AnyOtherErrorStopsThatSinkLoudlyAndNoOther) {
  destinations_["broken"] = std::make_shared<doubles::MemoryDestination>();
  auto flaky = std::make_unique<FlakySink>(
      std::make_unique<doubles::MemorySink>("broken", destinations_["broken"]), base::io::kCannotSync);
  FlakySink& sink = *flaky;
  AddSink("broken", std::move(flaky));
  AddSink("well");
  Start(Tables({"a"}));
  ASSERT_TRUE(AwaitRows("broken", "a"));
  sink.failures = 1;
  source_->Run([](LogScript& script) { script.Commit({Insert("a", 1, "one")}); });
  EXPECT_TRUE(AwaitRows("well", "a"));
  ASSERT_TRUE(Await([&] { return pipeline_->SinkEnded("broken"); }));
  EXPECT_EQ(SinkState("broken"), RunState::kStopped);
  EXPECT_TRUE(Await([&] { return SinkState("well") == RunState::kLive; }));
  std::lock_guard lock(lines_mutex_);
  EXPECT_THAT(lines_, HasSubstr("RK1004"));
  EXPECT_THAT(lines_, HasSubstr("sink broken has stopped"));
}

TEST_F(PipelineTest, AReaderOfTheDestinationIsWaitedForWithoutEndAndNamedOnce) {
  auto flaky = std::make_unique<FlakySink>(
      std::make_unique<doubles::MemorySink>("w", std::make_shared<doubles::MemoryDestination>()), Code{1004});
  FlakySink& sink = *flaky;
  sink.being_read = true;
  AddSink("w", std::move(flaky));
  Start(Tables({"a"}));
  const base::MonoTime began = clock_.mono();
  ASSERT_TRUE(Await([&] {
    return sink.opens >= 2 && SinkState("w") == RunState::kPaused &&
           base::MicrosBetween(began, clock_.mono()) > 100'000;
  }));
  sink.being_read = false;
  ASSERT_TRUE(Await([&] { return SinkState("w") == RunState::kLive; }));
  std::lock_guard lock(lines_mutex_);
  EXPECT_EQ(lines_.find("RK4016"), lines_.rfind("RK4016"));
  EXPECT_THAT(lines_, HasSubstr("RK4016"));
}

TEST_F(PipelineTest, ASourceThatIsNotCaughtUpShowsHowFarItIsBehind) {
  AddSink("warehouse");
  Start(Tables({"a"}));
  ASSERT_TRUE(AwaitRows("warehouse", "a"));
  EXPECT_EQ(pipeline_->Read().sources[0].lag_ms, 0);
  source_->FailWith(Error(kOtherLog, {{"source", "shop"}}));
  ASSERT_TRUE(Await([&] { return pipeline_->SourceEnded("shop"); }));
  EXPECT_TRUE(Await([&] { return pipeline_->Read().sources[0].lag_ms >= 20; }));
  EXPECT_LT(pipeline_->Read().sources[0].lag_ms, 30'000);
}

TEST_F(PipelineTest, ADestinationOfAnotherLogIsRefused) {
  AddSink("warehouse");
  Start(Tables({"a"}));
  ASSERT_TRUE(AwaitRows("warehouse", "a"));
  Stop();
  {
    std::lock_guard lock(destinations_["warehouse"]->mutex);
    destinations_["warehouse"]->state.cursors["shop"].log = "another";
  }
  AddSink("warehouse");
  Start(Tables({"a"}));
  ASSERT_TRUE(Await([&] { return pipeline_->SinkEnded("warehouse"); }));
  std::lock_guard lock(lines_mutex_);
  EXPECT_THAT(lines_, HasSubstr("RK5030"));
}

TEST_F(PipelineTest, CaughtUpWhenAllThatWasCommittedAtTheMarkIsVisible) {
  AddSink("warehouse");
  Start(Tables({"a", "b"}));
  source_->Run([](LogScript& script) { script.Commit({Insert("a", 1, "one"), Insert("b", 2, "two")}); });
  CaughtUp caught_up(*pipeline_);
  ASSERT_TRUE(caught_up.Mark().ok());
  conformance::Tables at_mark;
  source_->Run([&](LogScript& script) { at_mark = script.now(); });
  ASSERT_TRUE(Await([&] {
    const Result<bool> reached = caught_up.Reached();
    EXPECT_TRUE(reached.ok()) << reached.error().Debug();
    return reached.ok() && *reached;
  }));
  EXPECT_TRUE(Shows("warehouse", "a", at_mark["a"]));
  EXPECT_TRUE(Shows("warehouse", "b", at_mark["b"]));
}

TEST_F(PipelineTest, NeverCaughtUpOnceSomethingHasStopped) {
  AddSink("warehouse");
  Start(Tables({"a"}));
  ASSERT_TRUE(AwaitRows("warehouse", "a"));
  CaughtUp caught_up(*pipeline_);
  ASSERT_TRUE(caught_up.Mark().ok());
  source_->Run([](LogScript& script) { script.StopTable("a"); });
  EXPECT_TRUE(Await([&] { return !caught_up.Reached().ok(); }));
}

TEST_F(PipelineTest, RandomLogsArriveWhole) {
  std::random_device device;
  const uint64_t seed = device();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  AddSink("warehouse");
  AddSink("other");
  Start(Tables({"a", "b", "c"}));
  const char* names[] = {"a", "b", "c"};
  for (int i = 0; i < 300; ++i) {
    source_->Run([&](LogScript& script) {
      const std::string table = names[random() % 3];
      const auto key = static_cast<int64_t>(random() % 50);
      const bool there = script.now().at(table).contains(key);
      const std::string value = std::to_string(random() % 1000);
      switch (random() % 12) {
        case 0:
          return script.Tick();
        case 1:
          return script.CopyWhole(table, {"other"}, 7);
        case 2:
          return script.CommitSet(
              {{there ? Delete(table, key) : Insert(table, key, value)}, {Insert(table, 100 + i, value)}});
        default:
          return script.Commit({there ? Update(table, key, value) : Insert(table, key, value)});
      }
    });
  }
  for (const char* name : names) {
    EXPECT_TRUE(AwaitRows("warehouse", name));
    EXPECT_TRUE(AwaitRows("other", name));
  }
}

}  // namespace
}  // namespace renkei::pipeline
