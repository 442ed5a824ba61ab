#include <limits>
#include <random>

#include "tests/conformance/sink_cases.h"

namespace renkei::conformance {

namespace {

constexpr int64_t kAll = std::numeric_limits<int64_t>::max();

// A live table "k" without a key, and a live table "a" beside it.
class KeylessStage : public SinkStage {
 public:
  KeylessStage(SinkHarness& harness, Verdict& verdict) : SinkStage(harness, verdict, {"a"}) {
    script.AddKeylessTable("k");
  }
  void CopyAll() {
    script.CopyWhole("a", {kSinkName});
    script.CopyWhole("k", {kSinkName}, 2);
    driver.ToEnd();
  }
};

void EqualRowsAreCounted(SinkHarness& harness, Verdict& verdict) {
  KeylessStage stage(harness, verdict);
  LogScript& script = stage.script;
  stage.CopyAll();
  script.Commit({Insert("k", 1, "x/1"), Insert("k", 2, "x/1"), Insert("k", 3, "x/1"), Insert("k", 4, "y/1")});
  stage.driver.MainToEnd();
  script.Commit({Delete("k", 1)});
  stage.driver.MainToEnd();
  // Made equal to others, and told apart again.
  script.Commit({Update("k", 4, "x/1"), Insert("a", 1, "beside")});
  stage.driver.MainToEnd();
  script.Commit({Update("k", 2, "z/1"), Delete("k", 3)});
  stage.driver.MainToEnd();
  script.Commit({Insert("k", 9, "x/1"), Delete("k", 9), Delete("k", 4), Insert("k", 5, "x/1")});
  stage.driver.MainToEnd();
  script.CommitInParts({{Insert("k", 20, "p/1"), Insert("k", 21, "p/1"), Update("k", 5, "p/1")},
                        {Delete("k", 20), Update("k", 21, "q/1")},
                        {Update("k", 5, "x/1"), Insert("k", 22, "q/1")}});
  stage.driver.MainToEnd();
  stage.Restart();
  script.Commit({Delete("k", 2), Delete("k", 5)});
  stage.driver.MainToEnd();
}

// Each row must be found by what it holds, and only that row.
void RowsAreKnownByAllCells(SinkHarness& harness, Verdict& verdict) {
  KeylessStage stage(harness, verdict);
  LogScript& script = stage.script;
  stage.CopyAll();
  const std::vector<std::string> rows = {"NULL/NULL", "NULL/0", "x/NULL", "x/0",
                                         "x/-0",      "x/nan",  "/0",     "x/0.5"};
  for (size_t i = 0; i < rows.size(); ++i) {
    script.Commit({Insert("k", static_cast<int64_t>(i) * 2, rows[i]),
                   Insert("k", static_cast<int64_t>(i) * 2 + 1, rows[i])});
  }
  stage.driver.MainToEnd();
  for (size_t i = 0; i < rows.size(); ++i) {
    script.Commit({Delete("k", static_cast<int64_t>(i) * 2)});
    if (!stage.driver.MainToEnd()) return;
  }
  std::vector<Change> negated;
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string other = rows[(i + 1) % rows.size()];
    negated.push_back(Update("k", static_cast<int64_t>(i) * 2 + 1, other));
  }
  script.Commit(negated);
  stage.driver.MainToEnd();
}

// Chunks show the rows as they were at the begin; a row may go before its chunk has come.
void ACopyAndItsChanges(SinkHarness& harness, Verdict& verdict) {
  for (const size_t entries : {1, 2, 100}) {
    const auto fresh = harness.Another();
    KeylessStage stage(*fresh, verdict);
    LogScript& script = stage.script;
    script.Preload("k", 1, 10, "x/0");
    script.Preload("k", 11, 20, "x/-0");
    script.Preload("k", 21, 30, "y/1");
    script.BeginCopy("k", {kSinkName});
    script.Commit({Delete("k", 30), Delete("k", 1), Update("k", 12, "x/0"), Insert("k", 31, "y/1")});
    script.Chunk("k", 15);
    script.Commit({Delete("k", 31), Delete("k", 29), Update("k", 28, "z/1"), Insert("k", 32, "y/1")});
    script.CommitInParts(
        {{Update("k", 27, "x/0"), Delete("k", 28)}, {Delete("k", 2), Insert("k", 33, "w/1")}});
    if (entries == 2) {
      stage.driver.ToEnd(1);
      stage.Restart();
    }
    script.Chunk("k", 25);
    script.Chunk("k", kAll);
    script.EndCopy("k");
    script.Commit({Delete("k", 33), Delete("k", 3), Insert("k", 34, "x/0")});
    if (!stage.driver.ToEnd(entries)) return;
    verdict.Expect(stage.driver.LiveTables() == std::vector<std::string>{"k"}, "k is live");
    // Another copy beside the live rows, and one that is given up.
    script.BeginCopy("k", {kSinkName});
    script.Commit({Delete("k", 34)});
    script.EndCopy("k", true);
    script.BeginCopy("k", {kSinkName});
    script.Commit({Delete("k", 4), Insert("k", 35, "x/0")});
    script.Chunk("k", kAll);
    script.EndCopy("k");
    script.Commit({Delete("k", 35)});
    if (!stage.driver.ToEnd(entries)) return;
  }
}

void ATruncateCountsAtItsPlace(SinkHarness& harness, Verdict& verdict) {
  KeylessStage stage(harness, verdict);
  LogScript& script = stage.script;
  script.Preload("k", 1, 5, "x/1");
  stage.CopyAll();
  script.Commit({Insert("k", 6, "x/1"), Delete("k", 1)});
  script.Truncate("k");
  script.Commit({Insert("k", 7, "x/1"), Insert("k", 8, "x/1")});
  script.Commit({Delete("k", 7)});
  stage.driver.MainToEnd();
}

void AnyChangesInAnyCycles(SinkHarness& harness, Verdict& verdict) {
  const auto seed = static_cast<uint32_t>(std::random_device{}());
  std::mt19937 random(seed);
  const std::vector<std::string> values = {"x/0", "x/-0", "NULL/NULL", "y/1"};
  const auto any_value = [&] { return values[random() % values.size()]; };
  KeylessStage stage(harness, verdict);
  LogScript& script = stage.script;
  script.Preload("k", 1, 8, "x/0");
  int64_t next = 100;
  bool begun = false;
  for (int round = 0; round < 40; ++round) {
    std::vector<Change> changes;
    Rows rows = script.now().at("k");
    for (size_t i = 0; i < 1 + random() % 6; ++i) {
      if (rows.empty() || random() % 3 == 0) {
        changes.push_back(Insert("k", next, any_value()));
        rows[next++] = "";
        continue;
      }
      auto row = rows.begin();
      std::advance(row, random() % rows.size());
      if (random() % 2 == 0) {
        changes.push_back(Update("k", row->first, any_value()));
      } else {
        changes.push_back(Delete("k", row->first));
        rows.erase(row);
      }
    }
    script.Commit(changes);
    if (round == 10) {
      script.BeginCopy("k", {kSinkName});
      begun = true;
    }
    if (begun && round == 15) script.Chunk("k", 50);
    if (begun && round == 20) {
      script.Chunk("k", kAll);
      script.EndCopy("k");
    }
    if (random() % 3 == 0 && !stage.driver.ToEnd(1 + random() % 3)) {
      verdict.Expect(false, "seed " + std::to_string(seed));
      return;
    }
  }
  verdict.Expect(stage.driver.ToEnd(), "seed " + std::to_string(seed));
}

}  // namespace

std::vector<SinkCase> SinkKeylessCases() {
  return {
      {"EqualRowsAreCounted", EqualRowsAreCounted},
      {"RowsAreKnownByAllCells", RowsAreKnownByAllCells},
      {"AKeylessCopyAndItsChanges", ACopyAndItsChanges},
      {"AKeylessTruncateCountsAtItsPlace", ATruncateCountsAtItsPlace},
      {"AnyKeylessChangesInAnyCycles", AnyChangesInAnyCycles},
  };
}

}  // namespace renkei::conformance
