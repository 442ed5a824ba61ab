#include "sinks/duckdb/sink.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>
#include <random>

#include "sinks/duckdb/codes.h"
#include "sinks/duckdb/scripted_log.h"

namespace renkei::sinks::duckdb {
namespace {

using core::Operation;
using core::SinkTableState;

class DuckdbSinkTest : public ::testing::Test {
 protected:
  DuckdbSinkTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "renkei-sink-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    Reopen();
    log_.AddSchema(ScriptedSchema(1, "shop", "orders", 1));
    log_.AddSchema(ScriptedSchema(2, "shop", "items", 2));
  }
  ~DuckdbSinkTest() override {
    sink_.reset();
    std::filesystem::remove_all(folder_);
  }

  void Reopen(std::chrono::milliseconds recovery_target = std::chrono::seconds(10)) {
    sink_.reset();
    sink_ = MakeSink(recovery_target);
    const Status status = sink_->Open();
    ASSERT_TRUE(status.ok()) << status.error().Debug();
  }
  std::unique_ptr<DuckdbSink> MakeSink(std::chrono::milliseconds recovery_target) {
    Options options;
    options.path.text = folder_ + "/w.duckdb";
    options.threads = 2;
    options.recovery_target = recovery_target;
    return std::make_unique<DuckdbSink>("w", options, std::set<std::string>{"shop"});
  }
  // Applies everything up to the addresses in one cycle.
  Result<core::CycleReport> Apply(std::optional<core::Address> main_to = {},
                                  std::optional<core::Address> copy_to = {}) {
    return sink_->Apply({log_.Cut(sink_->Cursor("shop"), main_to, copy_to)});
  }
  void MustApply() {
    const auto report = Apply();
    ASSERT_TRUE(report.ok()) << report.error().Debug();
  }
  // Copies the tables whole and shows them.
  void CopyTables(std::vector<uint32_t> tables) {
    for (uint32_t table : tables) {
      const auto snapshot = log_.BeginCopy(table, {"w"});
      log_.Chunk(snapshot, table, INT64_MIN, INT64_MAX);
      log_.EndCopy(snapshot, table);
    }
    MustApply();  // sees the begins
    MustApply();  // copies
  }
  std::optional<ModelTable> Read(const std::string& table) {
    auto reader = sink_->OpenTableReader("shop", table);
    if (!reader.ok()) {
      CHECK_EQ(reader.error().code().number, kNotLive.number);
      return std::nullopt;
    }
    return ReadAll(**reader);
  }
  ModelTable AtCursor(uint32_t table) {
    Model model = log_.models.at(sink_->Cursor("shop")->main.offset.value);
    return model[table];
  }

  static RowChange Insert(uint32_t table, int64_t tenant, const std::string& id, int64_t amount = 1) {
    return {table, Operation::kInsert, {}, {tenant, id}, {"n" + id, amount}};
  }
  static RowChange Update(uint32_t table, ModelKey before, ModelKey after, int64_t amount) {
    return {table, Operation::kUpdate, before, after, {std::nullopt, amount}};
  }
  static RowChange Delete(uint32_t table, ModelKey before) {
    return {table, Operation::kDelete, before, {}, {}};
  }

  std::string folder_;
  ScriptedLog log_;
  std::unique_ptr<DuckdbSink> sink_;
};

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
  log_.Commit({{Insert(1, 2, "b"), Insert(2, 1, "bad\xff\xfe")}});
  const auto report = Apply();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().field("table"), "shop.items");
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

TEST_F(DuckdbSinkTest, DuckdbsOwnNamesAreRefused) {
  log_.AddSchema(ScriptedSchema(3, "warehouse", "t", 4));
  log_.BeginCopy(3, {"w"});
  const auto report = Apply();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), kReservedSchema);
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
// file stands at one cursor with exactly that cursor's rows, and goes on to the end. The child is this
// program again: it must not have passed a kill point before it is armed.
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
      setenv("RENKEI_KILLED_SINK_FOLDER", folder_.c_str(), 1);
      execl("/proc/self/exe", "child", "--gtest_also_run_disabled_tests", "--gtest_brief=1",
            "--gtest_filter=*KilledSinkTest.DISABLED_Child/0", nullptr);
      _exit(127);
    }
    int status = 0;
    CHECK_EQ(waitpid(child, &status, 0), child);
    return status;
  }
};

TEST_P(KilledSinkTest, DISABLED_Child) {
  const char* folder = getenv("RENKEI_KILLED_SINK_FOLDER");
  if (folder == nullptr) GTEST_SKIP() << "only as a child of the test below";
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
    ASSERT_TRUE(report.ok()) << report.error().Debug();
    ASSERT_TRUE(sink_->Maintain().ok());
  }
  std::_Exit(0);
}

TEST_P(KilledSinkTest, LeavesTheStateOfItsCursor) {
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
