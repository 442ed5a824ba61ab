#include "sinks/duckdb/sink.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>
#include <random>

#include "sinks/duckdb/sink_fixture.h"

namespace renkei::sinks::duckdb {
namespace {

// Random histories over several tables, with copies that begin, fail and end in between, applied in random
// cycles by a sink that is opened anew at times: what people see is always the model at the cursor.
class RandomHistory {
 public:
  RandomHistory(ScriptedLog& log, uint64_t seed, bool copies = true)
      : log_(log), random_(seed), copies_wanted_(copies) {}

  void Step() {
    switch (random_() % 7) {
      case 0:
        if (copies_wanted_) Copy();
        return;
      case 1:
        if (random_() % 4 == 0) log_.CommitTruncate(Table());
        return;
      case 2: {
        std::vector<std::vector<RowChange>> pieces;
        Model scratch = log_.now();
        for (size_t i = 0; i < 2 + random_() % 3; ++i) pieces.push_back(Changes(scratch));
        return log_.CommitInParts(pieces);
      }
      default: {
        std::vector<std::vector<RowChange>> transactions;
        Model scratch = log_.now();
        for (size_t i = 0; i < 1 + random_() % 4; ++i) transactions.push_back(Changes(scratch));
        return log_.Commit(transactions);
      }
    }
  }
  core::Address Between(core::Address low, core::Address high) {
    std::vector<core::Address> places = {low, high};
    for (const core::Entry& entry : log_.entries) {
      if (entry.address >= low && entry.address <= high) places.push_back(entry.address);
    }
    return places[random_() % places.size()];
  }
  uint64_t Draw() { return random_(); }

 private:
  uint32_t Table() { return 1 + random_() % 3; }
  ModelKey Key() {
    return {static_cast<int64_t>(random_() % 6), std::string(1, static_cast<char>('a' + random_() % 5))};
  }

  std::vector<RowChange> Changes(Model& scratch) {
    std::vector<RowChange> changes;
    const size_t count = random_() % 8;
    for (size_t i = 0; i < count; ++i) {
      RowChange change;
      change.table = Table();
      ModelTable& table = scratch[change.table];
      change.row.amount = static_cast<int64_t>(random_() % 1000);
      if (random_() % 3 != 0) change.row.name = "n" + std::to_string(random_() % 100);
      change.before = Key();
      change.after = random_() % 3 == 0 ? Key() : change.before;
      const bool there = table.contains(change.before);
      const bool free = change.after == change.before || !table.contains(change.after);
      if (!there) {
        change.operation = Operation::kInsert;
        change.after = change.before;
      } else if (random_() % 3 == 0 || !free) {
        change.operation = Operation::kDelete;
      } else {
        change.operation = Operation::kUpdate;
      }
      if (there) table.erase(change.before);
      if (change.operation != Operation::kDelete) table[change.after] = change.row;
      changes.push_back(change);
    }
    return changes;
  }
  void Copy() {
    const uint32_t table = Table();
    auto found = copies_.find(table);
    if (found == copies_.end()) {
      if (done_.contains(table) && random_() % 8 != 0) return;
      copies_[table] = {log_.BeginCopy(table, {"w"}), 0};
      return;
    }
    auto& [snapshot, next] = found->second;
    if (random_() % 10 == 0) {
      log_.EndCopy(snapshot, table, true);
      copies_.erase(found);
    } else if (next < 6) {
      log_.Chunk(snapshot, table, next, next + 2);
      next += 2;
    } else {
      log_.EndCopy(snapshot, table);
      copies_.erase(found);
      done_.insert(table);
    }
  }

  ScriptedLog& log_;
  std::mt19937_64 random_;
  const bool copies_wanted_;
  std::map<uint32_t, std::pair<core::SnapshotId, int64_t>> copies_;
  std::set<uint32_t> done_;
};

TEST_F(DuckdbSinkTest, RandomHistoriesComeOutAsTheModelSays) {
  log_.AddSchema(ScriptedSchema(3, "shop", "stock", 3));
  const char* names[] = {"", "shop.orders", "shop.items", "shop.stock"};
  const char* given = getenv("RENKEI_SEED");
  const uint64_t seed = given != nullptr ? strtoull(given, nullptr, 10) : std::random_device{}();
  SCOPED_TRACE("RENKEI_SEED=" + std::to_string(seed));
  RandomHistory history(log_, seed);
  int seen = 0;
  for (int round = 0; round < 80; ++round) {
    for (uint64_t steps = history.Draw() % 8; steps > 0; --steps) history.Step();
    const auto cursor = sink_->Cursor("shop");
    const core::Address main_to = history.Between(cursor ? cursor->main : core::Address{}, log_.end());
    std::optional<core::Address> copy_to;
    if (cursor && cursor->copy && history.Draw() % 2 == 0) copy_to = history.Between(*cursor->copy, main_to);
    const auto report = Apply(main_to, copy_to);
    ASSERT_TRUE(report.ok()) << report.error().Debug();
    for (uint32_t table = 1; table <= 3; ++table) {
      const auto rows = Read(names[table]);
      if (!rows) continue;
      ++seen;
      ASSERT_EQ(*rows, AtCursor(table)) << names[table] << " in round " << round;
    }
    if (history.Draw() % 15 == 0) Reopen();
  }
  EXPECT_GT(seen, 0);
}

TEST_F(DuckdbSinkTest, ACheckpointWaitsForAReaderFromBeforeANewTable) {
  log_.Commit({{Insert(1, 1, "a")}});
  CopyTables({1});
  Reopen(std::chrono::milliseconds(1));
  {
    auto reader = sink_->OpenTableReader("shop", "shop.orders");
    CopyTables({2});
    const auto refused = sink_->Maintain();
    ASSERT_TRUE(refused.ok()) << refused.error().Debug();
    EXPECT_FALSE(*refused);
  }
  EXPECT_TRUE(*sink_->Maintain());
}

// A child process is killed at the named points in the middle of its cycles; whatever it leaves, the reopened
// file stands at one cursor with exactly that cursor's rows, and goes on to the end. The child is this test
// again, told by its environment: it must not have passed a kill point before it is armed.
constexpr char kChildFolder[] = "RENKEI_KILLED_SINK_FOLDER";

class KilledSinkTest : public DuckdbSinkTest, public ::testing::WithParamInterface<const char*> {
 protected:
  void BuildHistory() {
    log_.AddSchema(ScriptedSchema(3, "shop", "stock", 3));
    log_.Commit({{Insert(1, 1, "a"), Insert(2, 1, "b"), Insert(3, 1, "c")}});
    for (uint32_t table : {1u, 2u, 3u}) {
      const auto snapshot = log_.BeginCopy(table, {"w"});
      log_.Chunk(snapshot, table, INT64_MIN, INT64_MAX);
      log_.EndCopy(snapshot, table);
    }
    RandomHistory history(log_, 4711, false);
    for (int i = 0; i < 60; ++i) history.Step();
  }
  int RunChild(const std::string& kill_point) {
    const pid_t child = fork();
    if (child == 0) {
      setenv("RENKEI_KILL_POINT", kill_point.c_str(), 1);
      setenv(kChildFolder, folder_.c_str(), 1);
      execl("/proc/self/exe", "child", "--gtest_brief=1",
            "--gtest_filter=*KilledSinkTest.LeavesTheStateOfItsCursor/0", nullptr);
      _exit(127);
    }
    int status = 0;
    CHECK_EQ(waitpid(child, &status, 0), child);
    return status;
  }
  // What the child does: all of the history in small cycles, a checkpoint after each.
  void ApplyAll(const char* folder) {
    sink_.reset();
    std::filesystem::remove_all(folder_);
    folder_ = folder;
    BuildHistory();
    Reopen(std::chrono::milliseconds(1));
    for (;;) {
      const auto cursor = sink_->Cursor("shop");
      if (cursor && cursor->main == log_.end() && cursor->copy.value_or(log_.end()) == log_.end()) break;
      const uint64_t next = cursor ? cursor->main.offset.value + 2 : 1;
      const auto report = Apply(std::min(log_.end(), core::Address{core::Offset{next}, 0}));
      CHECK(report.ok());
      CHECK(sink_->Maintain().ok());
    }
    std::_Exit(0);
  }
};

TEST_P(KilledSinkTest, LeavesTheStateOfItsCursor) {
  if (const char* folder = getenv(kChildFolder)) ApplyAll(folder);
  BuildHistory();
  const char* names[] = {"", "shop.orders", "shop.items", "shop.stock"};
  for (int hit : {1, 4, 9}) {
    sink_.reset();
    const int status = RunChild(fmt::format("{}:{}", GetParam(), hit));
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "never hit: " << status;
    Reopen();
    for (uint32_t table = 1; table <= 3; ++table) {
      const auto rows = Read(names[table]);
      EXPECT_TRUE(!rows || *rows == AtCursor(table)) << names[table];
    }
  }
  sink_.reset();
  EXPECT_EQ(RunChild("none"), 0);
  Reopen();
  EXPECT_EQ(sink_->Cursor("shop")->main, log_.end());
  for (uint32_t table = 1; table <= 3; ++table) EXPECT_EQ(Read(names[table]), AtCursor(table));
}

INSTANTIATE_TEST_SUITE_P(KillPoints, KilledSinkTest,
                         ::testing::Values("apply_before_commit", "apply_after_commit", "checkpoint_begin",
                                           "checkpoint_end"));

}  // namespace
}  // namespace renkei::sinks::duckdb
