#include "tests/conformance/sink_cases.h"

namespace renkei::conformance {

namespace {

using core::SinkTableState;

void ExpectLive(SinkStage& stage, Verdict& verdict, const std::vector<std::string>& tables) {
  std::string expected, found;
  for (const auto& table : tables) expected += table + " ";
  for (const auto& table : stage.driver.LiveTables()) found += table + " ";
  verdict.Equal(expected, found, "live tables");
}

void ANewDestinationIsEmpty(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  verdict.Expect(!stage.driver.sink().Cursor("shop").has_value(), "no cursor yet");
  verdict.Expect(stage.driver.sink().Tables().empty(), "no table yet");
  verdict.Expect(!stage.driver.sink().OpenTableReader("shop", "shop.a").ok(), "no table to read");
}

void ACopyAppearsWhole(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  LogScript& script = stage.script;
  script.Preload("a", 1, 100, "old");
  script.BeginCopy("a", {kSinkName});
  script.Commit({Update("a", 90, "before its chunk"), Delete("a", 95)});
  script.Chunk("a", 30);
  script.Commit({Update("a", 10, "after its chunk"), Insert("a", 200, "beyond")});
  script.Chunk("a", 60);
  script.Commit({Delete("a", 11), Rekey("a", 12, 95, "moved ahead"), Rekey("a", 99, 11, "moved behind")});
  // main runs ahead to here, the copy lags.
  stage.driver.MainToEnd();
  verdict.Expect(stage.driver.StateOf("a") == SinkTableState::kCopying, "a is being copied");
  verdict.Expect(stage.driver.Cursor().copy.has_value(), "there is a copy cursor while a table is copied");
  script.Chunk("a", 1000);
  script.Commit({Update("a", 200, "at the end")});
  script.EndCopy("a");
  script.Commit({Update("a", 1, "after the end")});
  if (!stage.driver.ToEnd(1)) return;
  ExpectLive(stage, verdict, {"a"});
  verdict.Expect(!stage.driver.Cursor().copy.has_value(), "no copy cursor is left when all is live");
  script.Commit({Update("a", 2, "live"), Delete("a", 3)});
  stage.driver.MainToEnd();
}

// Its end stands in the log, but main is further: showing it now would show a state that was long past.
void ACompleteTableWaitsForMain(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  LogScript& script = stage.script;
  script.Preload("a", 1, 10, "old");
  script.Preload("b", 1, 10, "old");
  script.CopyWhole("b", {kSinkName});
  stage.driver.ToEnd();
  script.CopyWhole("a", {kSinkName});
  const core::Address copied = script.end();
  script.Commit({Update("a", 1, "moved"), Update("b", 1, "moved")});
  stage.driver.MainToEnd();
  stage.driver.Cycle({std::nullopt, copied});
  ExpectLive(stage, verdict, {"b"});
  stage.driver.CopyToMain();
  ExpectLive(stage, verdict, {"a", "b"});
}

void ACopyNeverDelaysLiveTables(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  LogScript& script = stage.script;
  script.Preload("a", 1, 10, "old");
  script.CopyWhole("a", {kSinkName});
  stage.driver.ToEnd();
  script.Preload("b", 1, 40, "old");
  script.BeginCopy("b", {kSinkName});
  for (int64_t i = 1; i <= 4; ++i) {
    script.Chunk("b", i * 10);
    script.Commit({Update("a", i, "live"), Update("b", i * 10, "copying")});
    if (!stage.driver.MainToEnd()) return;
  }
  script.EndCopy("b");
  stage.driver.ToEnd(2);
  ExpectLive(stage, verdict, {"a", "b"});
}

void TwoCopiesAtOnce(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  LogScript& script = stage.script;
  script.Preload("a", 1, 30, "old");
  script.Preload("b", 1, 30, "old");
  script.BeginCopy("a", {kSinkName});
  script.Chunk("a", 10);
  script.Commit({Update("a", 5, "x"), Update("b", 5, "x")});
  script.BeginCopy("b", {kSinkName});
  script.Chunk("b", 15);
  script.Chunk("a", 30);
  script.Commit({Delete("a", 6), Delete("b", 6), Insert("b", 40, "x")});
  script.EndCopy("a");
  stage.driver.ToEnd(1);
  ExpectLive(stage, verdict, {"a"});
  script.Commit({Update("a", 7, "y"), Update("b", 7, "y")});
  script.Chunk("b", 100);
  script.EndCopy("b");
  stage.driver.ToEnd(1);
  ExpectLive(stage, verdict, {"a", "b"});
}

void AnotherCopyOfALiveTable(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  LogScript& script = stage.script;
  script.Preload("a", 1, 30, "old");
  script.CopyWhole("a", {kSinkName});
  stage.driver.ToEnd();
  script.BeginCopy("a", {kSinkName});
  script.Chunk("a", 10);
  script.Commit({Update("a", 1, "x"), Update("a", 20, "x"), Delete("a", 2)});
  stage.driver.ToEnd(1);
  ExpectLive(stage, verdict, {"a"});
  script.Chunk("a", 30);
  script.EndCopy("a");
  script.Commit({Update("a", 3, "y")});
  stage.driver.ToEnd(1);
  script.Commit({Update("a", 4, "z")});
  stage.driver.ToEnd(1);
  ExpectLive(stage, verdict, {"a"});
}

void AnAbandonedCopyIsForgotten(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  LogScript& script = stage.script;
  script.Preload("a", 1, 30, "old");
  script.BeginCopy("a", {kSinkName});
  script.Chunk("a", 20);
  script.EndCopy("a", true);
  script.Commit({Delete("a", 1), Delete("a", 25)});
  stage.driver.ToEnd(1);
  ExpectLive(stage, verdict, {});
  script.CopyWhole("a", {kSinkName});
  script.Commit({Update("a", 3, "x")});
  stage.driver.ToEnd(1);
  ExpectLive(stage, verdict, {"a"});
}

void CopiesForOthersAreNone(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  stage.script.Preload("a", 1, 10, "old");
  stage.script.CopyWhole("a", {"elsewhere"});
  stage.script.Commit({Update("a", 1, "x")});
  stage.driver.ToEnd(1);
  ExpectLive(stage, verdict, {});
  stage.script.CopyWhole("a", {"elsewhere", kSinkName});
  stage.driver.ToEnd(1);
  ExpectLive(stage, verdict, {"a"});
}

void AnEmptyTable(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  stage.script.CopyWhole("a", {kSinkName});
  stage.driver.ToEnd(1);
  ExpectLive(stage, verdict, {"a"});
  stage.script.Commit({Insert("a", 1, "first")});
  stage.driver.MainToEnd();
}

void AGapStopsTheTableAndKeepsItsRows(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  LogScript& script = stage.script;
  for (const char* table : {"a", "b"}) {
    script.Preload(table, 1, 10, "old");
    script.CopyWhole(table, {kSinkName});
  }
  script.Commit({Update("a", 1, "last"), Update("b", 1, "x")});
  const auto last = Expected(script.now().at("a"));
  script.StopTable("a");
  script.Commit({Update("b", 2, "y")});
  stage.driver.ToEnd();
  verdict.Expect(stage.driver.StateOf("a") == SinkTableState::kStopped, "a is stopped");
  ExpectLive(stage, verdict, {"b"});
  // Stopped tables stay queryable where the sink allows it; then as they were.
  const auto rows = ReadTable(stage.driver.sink(), "shop", "a");
  if (rows.ok()) verdict.Equal(last, *rows, "rows of the stopped table");
  script.Commit({Update("b", 3, "z")});
  stage.driver.MainToEnd();
}

void ATruncateDuringACopy(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  LogScript& script = stage.script;
  script.Preload("a", 1, 30, "old");
  script.BeginCopy("a", {kSinkName});
  script.Chunk("a", 10);
  script.Truncate("a");
  script.Commit({Insert("a", 5, "new"), Insert("a", 25, "new")});
  script.Chunk("a", 100);
  script.EndCopy("a");
  stage.driver.ToEnd(1);
  ExpectLive(stage, verdict, {"a"});
}

void PartsOfACopyingTable(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  LogScript& script = stage.script;
  script.Preload("a", 1, 30, "old");
  script.BeginCopy("a", {kSinkName});
  script.Chunk("a", 10);
  script.CommitInParts({{Update("a", 1, "p"), Update("a", 20, "p")}, {Delete("a", 2), Insert("a", 40, "p")}});
  script.Chunk("a", 100);
  script.EndCopy("a");
  stage.driver.ToEnd(1);
  ExpectLive(stage, verdict, {"a"});
}

// Rows that no transaction changed, between transactions that change them too.
void ARepairCountsAtItsPlace(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  LogScript& script = stage.script;
  for (const char* table : {"a", "b"}) {
    script.Preload(table, 1, 20, "old");
    script.CopyWhole(table, {kSinkName});
  }
  script.Commit({Update("a", 1, "x"), Update("a", 2, "x"), Delete("a", 3)});
  script.Repair("a", {Upsert("a", 1, "mended"), Delete("a", 2), Upsert("a", 3, "back"),
                      Upsert("a", 50, "new"), Delete("a", 51)});
  script.Commit({Update("a", 1, "y"), Insert("a", 2, "again"), Delete("a", 50), Update("b", 1, "x")});
  script.Repair("b", {Delete("b", 1)});
  if (!stage.driver.ToEnd(1)) return;
  // The same within one cycle.
  script.Commit({Update("a", 5, "x"), Update("a", 6, "x")});
  script.Repair("a", {Upsert("a", 5, "mended"), Delete("a", 6)});
  script.Commit({Insert("a", 6, "again"), Delete("a", 5)});
  stage.driver.MainToEnd();
  stage.Restart();
  stage.driver.CheckTables();
}

void ARepairDuringACopy(SinkHarness& harness, Verdict& verdict) {
  for (const size_t entries : {1, 3, 100}) {
    const auto fresh = harness.Another();
    SinkStage stage(*fresh, verdict);
    LogScript& script = stage.script;
    script.Preload("a", 1, 30, "old");
    script.CopyWhole("a", {kSinkName});
    script.BeginCopy("a", {kSinkName});
    script.Chunk("a", 10);
    script.Repair("a",
                  {Upsert("a", 5, "mended"), Delete("a", 6), Upsert("a", 25, "mended"), Delete("a", 26)});
    script.Commit({Update("a", 5, "x"), Delete("a", 25)});
    script.Chunk("a", 100);
    script.Repair("a", {Upsert("a", 6, "back"), Delete("a", 7)});
    script.EndCopy("a");
    script.Commit({Update("a", 1, "after")});
    if (!stage.driver.ToEnd(entries)) return;
    ExpectLive(stage, verdict, {"a"});
  }
}

}  // namespace

std::vector<SinkCase> SinkCopyCases() {
  return {
      {"ANewDestinationIsEmpty", ANewDestinationIsEmpty},
      {"ACopyAppearsWhole", ACopyAppearsWhole},
      {"ACompleteTableWaitsForMain", ACompleteTableWaitsForMain},
      {"ACopyNeverDelaysLiveTables", ACopyNeverDelaysLiveTables},
      {"TwoCopiesAtOnce", TwoCopiesAtOnce},
      {"AnotherCopyOfALiveTable", AnotherCopyOfALiveTable},
      {"AnAbandonedCopyIsForgotten", AnAbandonedCopyIsForgotten},
      {"CopiesForOthersAreNone", CopiesForOthersAreNone},
      {"AnEmptyTable", AnEmptyTable},
      {"AGapStopsTheTableAndKeepsItsRows", AGapStopsTheTableAndKeepsItsRows},
      {"ATruncateDuringACopy", ATruncateDuringACopy},
      {"PartsOfACopyingTable", PartsOfACopyingTable},
      {"ARepairCountsAtItsPlace", ARepairCountsAtItsPlace},
      {"ARepairDuringACopy", ARepairDuringACopy},
  };
}

}  // namespace renkei::conformance
