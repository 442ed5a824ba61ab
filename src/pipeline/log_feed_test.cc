#include "pipeline/log_feed.h"

#include <gtest/gtest.h>

#include <random>

#include "pipeline/codes.h"
#include "tests/conformance/log_script.h"
#include "tests/conformance/sink_driver.h"
#include "tests/doubles/memory_hub.h"
#include "tests/doubles/memory_sink.h"

namespace renkei::pipeline {
namespace {

using conformance::Delete;
using conformance::Insert;
using conformance::LogScript;
using conformance::Update;

class LogFeedTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(sink_.Open().ok());
    ASSERT_TRUE(feed_.Seek({.log = log_.id(), .epoch = log_.epoch(), .main = {}, .copy = std::nullopt}).ok());
  }

  void Apply(const core::Slice& slice) {
    const Result<core::CycleReport> report = sink_.Apply({slice});
    ASSERT_TRUE(report.ok()) << report.error().Debug();
    feed_.Applied(*sink_.Cursor("shop"));
  }
  void Fill(size_t bytes_max = size_t{1} << 20) {
    ASSERT_TRUE(feed_.FillMain(bytes_max, now_).ok());
    ASSERT_TRUE(feed_.FillCopy(bytes_max).ok());
  }
  // Each live table holds exactly its rows at main's place.
  void CheckLive() {
    const core::Offset at = feed_.cursor().main.offset;
    for (const core::SinkTable& table : sink_.Tables()) {
      if (table.state != core::SinkTableState::kLive) continue;
      const std::string name = table.table.substr(5);
      const auto rows = conformance::ReadTable(sink_, "shop", name);
      ASSERT_TRUE(rows.ok());
      ASSERT_EQ(*rows, conformance::Expected(script_.At(at).at(name))) << name << " at " << at.value;
    }
  }

  base::MonoTime now_{1};
  doubles::MemoryHub hub_;
  core::Log& log_ = **hub_.OpenLog("shop");
  LogScript script_{log_, {"a", "b"}};
  doubles::MemorySink sink_{"warehouse", std::make_shared<doubles::MemoryDestination>()};
  LogFeed feed_{"shop", log_};
};

TEST_F(LogFeedTest, TheOldestEntrysAgeSurvivesWrongClocks) {
  using std::chrono::seconds;
  const auto at = [](int64_t second) { return base::MonoTime{second * 1'000'000'000}; };
  const auto age = [&](int64_t wall_ahead_s, int64_t second) {
    const core::Slice slice = feed_.MainSlice();
    const auto& set = std::get<core::Changes>(slice.main.front().body);
    const int64_t commit_us = set->transactions.front().commit_time.value;
    return feed_.OldestAge(base::WallTime{commit_us + wall_ahead_s * base::kMicrosPerSecond}, at(second));
  };
  EXPECT_EQ(feed_.OldestAge(base::WallTime{5}, at(1)), seconds(0));
  now_ = at(10);
  Fill();  // to the end
  Apply(feed_.MainSlice());
  const core::SinkCursor nothing = feed_.cursor();
  script_.Commit({Insert("a", 1, "one")});
  now_ = at(13);
  Fill();
  ASSERT_TRUE(feed_.has_main());
  EXPECT_EQ(age(4, 15), seconds(4)) << "the commit's time, where it can be right";
  EXPECT_EQ(age(3600, 15), seconds(5)) << "it was not there when the log was read to its end";
  EXPECT_EQ(age(-3600, 15), seconds(2)) << "it is held since";
  EXPECT_EQ(feed_.HeldSince(at(15)), seconds(2));
  ASSERT_TRUE(feed_.Seek(nothing).ok());
  now_ = at(20);
  Fill();
  EXPECT_EQ(age(3600, 21), seconds(3600)) << "a log that was not read before says nothing";
}

TEST_F(LogFeedTest, RefusesACursorOfAnotherLogOrBeyondTheEnd) {
  const Status other = feed_.Seek({.log = "other", .epoch = log_.epoch(), .main = {}, .copy = std::nullopt});
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code(), kOtherLog);
  EXPECT_FALSE(feed_
                   .Seek({.log = log_.id(),
                          .epoch = log_.epoch(),
                          .main = {.offset = core::Offset{99}},
                          .copy = std::nullopt})
                   .ok());
}

TEST_F(LogFeedTest, ReadsAheadOnlySoFar) {
  script_.CopyWhole("a", {"warehouse"});
  for (int64_t key = 0; key < 100; ++key) script_.Commit({Insert("a", key, std::string(1000, 'x'))});
  Fill(10'000);
  EXPECT_GE(feed_.held_bytes(), 10'000u);
  EXPECT_LT(feed_.held_bytes(), 20'000u);
}

TEST_F(LogFeedTest, CutsASetInTheMiddleAndGoesOnThere) {
  script_.CopyWhole("a", {"warehouse"});
  Fill();
  Apply(feed_.MainSlice());
  Fill();
  Apply(feed_.JointSlice());
  const core::Offset at = feed_.cursor().main.offset;
  script_.CommitSet({{Insert("a", 1, "one")}, {Insert("a", 2, "two")}, {Update("a", 1, "uno")}});
  for (uint64_t step = 1; step <= 3; ++step) {
    Fill();
    Apply(feed_.MainSlice(core::Offset{at.value + step}));
    EXPECT_EQ(feed_.cursor().main.offset.value, at.value + step);
    CheckLive();
  }
  EXPECT_FALSE(feed_.has_main());
}

TEST_F(LogFeedTest, TicksAloneAreNoChanges) {
  script_.Tick();
  Fill();
  Apply(feed_.MainSlice());
  script_.Tick();
  Fill();
  EXPECT_TRUE(feed_.has_main());
  EXPECT_FALSE(feed_.has_changes());
}

TEST_F(LogFeedTest, AnyCutsOfMainCopyAndBothKeepLiveTablesExact) {
  std::random_device device;
  const uint64_t seed = device();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  script_.Preload("a", 1, 30, "old");
  script_.Preload("b", 1, 30, "old");
  const char* names[] = {"a", "b"};
  for (int i = 0; i < 400; ++i) {
    const std::string table = names[random() % 2];
    const auto key = static_cast<int64_t>(random() % 40);
    const bool there = script_.now().at(table).contains(key);
    const std::string value = std::to_string(i);
    if (random() % 20 == 0) {
      script_.CopyWhole(table, {"warehouse"}, 7);
    } else {
      script_.CommitSet({{there ? Update(table, key, value) : Insert(table, key, value)},
                         {Insert(table, 1000 + i, value)},
                         {Delete(table, 1000 + i)}});
    }
    Fill(random() % 4000);
    const uint64_t choice = random() % 4;
    if (choice == 0 && feed_.copy_behind()) {
      Apply(feed_.CopySlice(random() % 3000));
    } else if (choice == 1 && feed_.copy_reaches_main()) {
      Apply(feed_.JointSlice());
    } else if (choice == 2) {
      Apply(feed_.MainSlice(core::Offset{feed_.cursor().main.offset.value + random() % 5}));
    } else {
      Apply(feed_.MainSlice());
    }
    CheckLive();
  }
  for (int i = 0; i < 10'000 && (feed_.copying() || feed_.cursor().main < script_.end()); ++i) {
    Fill();
    Apply(feed_.copy_reaches_main() ? feed_.JointSlice()
          : feed_.copy_behind()     ? feed_.CopySlice(1000)
                                    : feed_.MainSlice());
    CheckLive();
  }
  EXPECT_EQ(feed_.cursor().main, script_.end());
  EXPECT_EQ(sink_.Tables().size(), 2u);
}

}  // namespace
}  // namespace renkei::pipeline
