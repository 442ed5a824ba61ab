// Random logs in random cycles, against the model; the seed is printed.
#include <fmt/format.h>

#include <random>
#include <set>

#include "tests/conformance/sink_cases.h"

namespace renkei::conformance {

namespace {

// Writes a log that a correct capture could write, with copies beginning and ending anywhere in it.
class RandomLog {
 public:
  RandomLog(LogScript& script, uint64_t seed) : script_(script), random_(seed) {
    for (const char* table : {"a", "b"}) script_.Preload(table, 1, 40, "old");
  }

  void Step() {
    const uint64_t what = random_() % 20;
    if (what < 9) return Commit();
    if (what == 9) return script_.Tick();
    if (what == 10) return script_.CommitInParts({Changes(), Changes(), Changes()});
    if (what == 11) return script_.OrphanPart(Changes());
    if (what == 12 && random_() % 4 == 0) return script_.Truncate(Table());
    StepCopy(Table());
  }

  // So that every table ends live.
  void Finish() {
    for (const char* table : {"a", "b"}) {
      if (copying_.count(table) == 0 && copied_.count(table) == 0) script_.CopyWhole(table, {kSinkName});
      if (copying_.count(table) != 0) {
        script_.Chunk(table, 1'000'000);
        script_.EndCopy(table);
      }
    }
    Commit();
  }

 private:
  std::string Table() { return random_() % 2 == 0 ? "a" : "b"; }
  std::string Value() { return fmt::format("v{}", random_() % 1000); }

  std::vector<Change> Changes() {
    std::vector<Change> changes;
    Tables after = pending_.value_or(script_.now());
    for (uint64_t i = 0; i <= random_() % 4; ++i) {
      const std::string table = Table();
      Rows& rows = after[table];
      const int64_t key = 1 + static_cast<int64_t>(random_() % 60);
      const int64_t other = 1 + static_cast<int64_t>(random_() % 60);
      Change change = Upsert(table, key, Value());
      if (rows.count(key) == 0) {
        change = Insert(table, key, Value());
      } else if (random_() % 3 == 0) {
        change = Delete(table, key);
      } else if (random_() % 3 == 0 && rows.count(other) == 0) {
        change = Rekey(table, key, other, Value());
      } else if (random_() % 4 != 0) {
        change = Update(table, key, Value());
      }
      if (change.operation == core::Operation::kDelete || change.key != change.key_before) {
        rows.erase(change.key_before);
      }
      if (change.operation != core::Operation::kDelete) rows[change.key] = change.value;
      changes.push_back(std::move(change));
    }
    pending_ = std::move(after);
    return changes;
  }

  void Commit() {
    std::vector<std::vector<Change>> transactions;
    pending_.reset();
    for (uint64_t i = 0; i <= random_() % 3; ++i) transactions.push_back(Changes());
    script_.CommitSet(transactions);
    pending_.reset();
  }

  void StepCopy(const std::string& table) {
    if (copying_.count(table) == 0) {
      // Now and then a live table is copied anew.
      if (copied_.count(table) != 0 && random_() % 3 != 0) return;
      script_.BeginCopy(table, {kSinkName});
      copying_[table] = 0;
      return;
    }
    int64_t& to = copying_.at(table);
    if (to >= 60) {
      script_.EndCopy(table);
      copying_.erase(table);
      copied_.insert(table);
      return;
    }
    if (random_() % 12 == 0) {
      script_.EndCopy(table, true);
      copying_.erase(table);
      return;
    }
    to += 1 + static_cast<int64_t>(random_() % 30);
    script_.Chunk(table, to);
  }

  LogScript& script_;
  std::mt19937_64 random_;
  std::map<std::string, int64_t> copying_;
  std::set<std::string> copied_;
  std::optional<Tables> pending_;
};

void RandomCase(SinkHarness& harness, Verdict& verdict, uint64_t seed) {
  SinkStage stage(harness, verdict);
  RandomLog log(stage.script, seed);
  std::mt19937_64 random(seed ^ 0x9e3779b97f4a7c15);
  for (int step = 0; step < 120; ++step) {
    log.Step();
    if (random() % 3 != 0) continue;
    if (random() % 10 == 0) stage.Restart();
    const core::SinkCursor cursor = stage.driver.Cursor();
    Cut cut;
    if (random() % 3 != 0) cut.main = stage.script.end();
    if (random() % 2 == 0) cut.copy = cut.main.value_or(cursor.main);
    if (!stage.driver.Cycle(cut)) break;
  }
  if (!verdict.failed()) {
    log.Finish();
    stage.driver.ToEnd(1 + random() % 7);
    verdict.Equal(size_t{2}, stage.driver.LiveTables().size(), "live tables at the end");
  }
  verdict.Expect(!verdict.failed(), fmt::format("with seed {}", seed));
}

// Invariant 9: another cut of the same log ends in the same rows.
void AReplayEndsTheSame(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  RandomLog log(stage.script, 4711);
  for (int step = 0; step < 60; ++step) log.Step();
  log.Finish();
  stage.driver.ToEnd(3);
  const auto other_harness = harness.Another();
  const auto other = other_harness->Make();
  if (!verdict.Ok(other->Open(), "another destination")) return;
  SinkDriver driver(*other, stage.script, verdict);
  driver.ToEnd();
  for (const char* table : {"a", "b"}) {
    const auto one = ReadTable(stage.driver.sink(), "shop", table);
    const auto two = ReadTable(*other, "shop", table);
    if (!verdict.Ok(one, "the first") || !verdict.Ok(two, "the second")) return;
    verdict.Equal(*one, *two, "rows of two destinations");
  }
}

}  // namespace

std::vector<SinkCase> SinkSurpriseCases() {
  std::vector<SinkCase> cases = {{"AReplayEndsTheSame", AReplayEndsTheSame}};
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    cases.push_back({fmt::format("RandomLog{}", seed),
                     [seed](SinkHarness& harness, Verdict& verdict) { RandomCase(harness, verdict, seed); }});
  }
  return cases;
}

}  // namespace renkei::conformance
