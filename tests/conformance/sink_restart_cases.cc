// Restarts, failures in the middle, repeated cycles, other logs.
#include "tests/conformance/sink_cases.h"

namespace renkei::conformance {

namespace {

// Gives what another reader gives, until it is to fail.
class FailingReads final : public core::LogReader {
 public:
  explicit FailingReads(core::LogReader& reads, int good) : reads_(reads), good_(good) {}
  Result<std::optional<core::Entry>> Next() override { return reads_.Next(); }
  core::Address position() const override { return reads_.position(); }
  Result<core::Changes> ReadPart(const core::PartPlace& place) override {
    if (good_-- <= 0) return Error(Code{1002}, {{"path", "part"}, {"reason", "the test"}});
    return reads_.ReadPart(place);
  }
  Result<core::Batch> ReadChunk(const core::ChunkPlace& place) override {
    // An error that passes: rows that are gone for good may be forgotten with their copy instead.
    if (good_-- <= 0) return Error(Code{1012}, {{"address", "chunk"}, {"reason", "the test"}});
    return reads_.ReadChunk(place);
  }

 private:
  core::LogReader& reads_;
  int good_;
};

void EverythingIsThereAfterARestart(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  LogScript& script = stage.script;
  script.Preload("a", 1, 30, "old");
  script.Preload("b", 1, 5, "old");
  script.CopyWhole("b", {kSinkName});
  script.BeginCopy("a", {kSinkName});
  script.Chunk("a", 10);
  script.Commit({Update("a", 5, "x"), Update("a", 15, "x"), Update("b", 1, "x")});
  script.Chunk("a", 20);
  script.CommitInParts({{Delete("a", 6)}, {Insert("b", 9, "p")}});
  script.Chunk("a", 100);
  script.EndCopy("a");
  script.Commit({Rekey("a", 7, 77, "y"), Delete("b", 1)});
  for (int cycle = 0; cycle < 60; ++cycle) {
    const core::SinkCursor before = stage.driver.Cursor();
    stage.Restart();
    const core::SinkCursor after = stage.driver.Cursor();
    if (!verdict.Expect(before.main == after.main && before.copy == after.copy,
                        "the cursors are the same after a restart")) {
      return;
    }
    if (!stage.driver.CheckTables()) return;
    const bool behind = after.copy.has_value() && *after.copy < after.main;
    if (after.main >= script.end() && !behind) break;
    // One entry of main, or else of the copy.
    const core::Address next =
        after.main < script.end() ? core::Address{after.main.offset, after.main.sub + 1} : after.main;
    const core::Address main = std::min(script.end(), next);
    if (!stage.driver.Cycle({after.main < script.end() ? script.end() : main, std::nullopt})) return;
    if (stage.driver.Cursor().copy.has_value() && !stage.driver.CopyToMain()) return;
  }
  verdict.Equal(size_t{2}, stage.driver.LiveTables().size(), "live tables");
}

// The cycle breaks off after rows were applied: nothing of it may be there, neither rows nor cursor.
void AFailedCycleLeavesNothing(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  LogScript& script = stage.script;
  script.Preload("a", 1, 20, "old");
  script.Preload("b", 1, 20, "old");
  script.CopyWhole("a", {kSinkName});
  stage.driver.ToEnd();
  script.Commit({Update("a", 1, "x"), Delete("a", 2)});
  script.CommitInParts({{Update("a", 3, "p1")}, {Update("a", 4, "p2")}, {Insert("a", 50, "p3")}});
  script.Commit({Update("a", 1, "y")});
  for (int good : {0, 1}) {
    const core::SinkCursor before = stage.driver.Cursor();
    core::Slice slice = stage.driver.MakeSlice({script.end(), std::nullopt});
    FailingReads failing(*slice.reads, good);
    slice.reads = &failing;
    verdict.Expect(!stage.driver.sink().Apply({slice}).ok(), "a cycle whose part can not be read fails");
    stage.Restart();
    verdict.Expect(before.main == stage.driver.Cursor().main, "the cursor stays where it was");
    if (!stage.driver.CheckTables()) return;
  }
  stage.driver.MainToEnd();
  // The same in a copy.
  script.CopyWhole("b", {kSinkName});
  stage.driver.MainToEnd();
  core::Slice slice = stage.driver.MakeSlice({std::nullopt, stage.driver.Cursor().main});
  FailingReads failing(*slice.reads, 1);
  slice.reads = &failing;
  verdict.Expect(!stage.driver.sink().Apply({slice}).ok(), "a cycle whose chunk can not be read fails");
  stage.Restart();
  verdict.Expect(stage.driver.Cursor().copy == slice.copy_from, "the copy cursor stays where it was");
  stage.driver.CheckTables();
  stage.driver.ToEnd();
  verdict.Equal(size_t{2}, stage.driver.LiveTables().size(), "live tables");
}

void ACycleIsNotAppliedTwice(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  LogScript& script = stage.script;
  script.Preload("a", 1, 5, "old");
  script.CopyWhole("a", {kSinkName});
  stage.driver.ToEnd();
  script.Commit({Delete("a", 1), Insert("a", 9, "x")});
  const core::Slice slice = stage.driver.MakeSlice({script.end(), std::nullopt});
  verdict.Ok(stage.driver.sink().Apply({slice}), "the cycle");
  script.Commit({Insert("a", 1, "back"), Delete("a", 9)});
  stage.driver.MainToEnd();
  const bool refused = !stage.driver.sink().Apply({slice}).ok();
  if (refused) stage.Restart();
  verdict.Expect(stage.driver.Cursor().main == script.end(),
                 "a repeated cycle does not move the cursor back");
  stage.driver.CheckTables();
}

void AnotherLogIsRefused(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  stage.script.Preload("a", 1, 5, "old");
  stage.script.CopyWhole("a", {kSinkName});
  stage.driver.ToEnd();
  stage.script.Commit({Delete("a", 1)});
  core::Slice slice = stage.driver.MakeSlice({stage.script.end(), std::nullopt});
  slice.log = std::string(32, 'f');
  verdict.Expect(!stage.driver.sink().Apply({slice}).ok(), "rows of another log are refused");
  stage.Restart();
  stage.driver.CheckTables();
  stage.driver.MainToEnd();
}

void SeveralSourcesInACycle(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  const Result<core::Log*> opened = stage.hub.OpenLog("stock");
  if (!verdict.Ok(opened, "a second log")) return;
  LogScript stock(**opened, {"c"});
  SinkDriver driver(stage.driver.sink(), stock, verdict, "stock");
  stage.script.Preload("a", 1, 5, "old");
  stage.script.CopyWhole("a", {kSinkName});
  stock.Preload("c", 1, 5, "old");
  stock.CopyWhole("c", {kSinkName});
  stage.driver.ToEnd();
  driver.ToEnd();
  stage.script.Commit({Update("a", 1, "x")});
  stock.Commit({Update("c", 1, "x"), Insert("c", 9, "y")});
  const core::Slice one = stage.driver.MakeSlice({stage.script.end(), std::nullopt});
  const core::Slice two = driver.MakeSlice({stock.end(), std::nullopt});
  verdict.Ok(stage.driver.sink().Apply({one, two}), "a cycle of two sources");
  stage.driver.CheckTables();
  driver.CheckTables();
}

void MaintenanceChangesNothing(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  stage.script.Preload("a", 1, 50, "old");
  stage.script.CopyWhole("a", {kSinkName});
  stage.driver.ToEnd();
  for (int64_t i = 1; i <= 20; ++i) {
    stage.script.Commit({Update("a", i, "x"), Insert("a", 100 + i, "y")});
    if (!stage.driver.MainToEnd()) return;
    if (!verdict.Ok(stage.driver.sink().Maintain(), "maintenance")) return;
    if (!stage.driver.CheckTables()) return;
  }
}

}  // namespace

std::vector<SinkCase> SinkRestartCases() {
  return {
      {"EverythingIsThereAfterARestart", EverythingIsThereAfterARestart},
      {"AFailedCycleLeavesNothing", AFailedCycleLeavesNothing},
      {"ACycleIsNotAppliedTwice", ACycleIsNotAppliedTwice},
      {"AnotherLogIsRefused", AnotherLogIsRefused},
      {"SeveralSourcesInACycle", SeveralSourcesInACycle},
      {"MaintenanceChangesNothing", MaintenanceChangesNothing},
  };
}

}  // namespace renkei::conformance
