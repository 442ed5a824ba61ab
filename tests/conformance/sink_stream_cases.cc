#include "tests/conformance/sink_cases.h"

namespace renkei::conformance {

namespace {

const std::string kNull(1, '\0');

// Both tables live, 20 rows each.
void MakeLive(SinkStage& stage) {
  for (const char* table : {"a", "b"}) {
    stage.script.Preload(table, 1, 20, "old");
    stage.script.CopyWhole(table, {kSinkName});
  }
  stage.driver.ToEnd();
}

void EveryOperation(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  MakeLive(stage);
  verdict.Equal(size_t{2}, stage.driver.LiveTables().size(), "live tables");
  LogScript& script = stage.script;
  script.Commit({Insert("a", 100, "new"), Update("a", 1, "changed"), Delete("a", 2)});
  script.Commit({Upsert("a", 3, "put"), Upsert("a", 101, "put"), Insert("b", 100, "")});
  script.Commit({Update("b", 5, kNull), Update("b", 6, "日本語 ' \" \\ \n")});
  stage.driver.MainToEnd();
  script.Commit({Update("b", 5, "back"), Insert("a", 102, kNull)});
  stage.driver.MainToEnd();
}

void SeveralChangesOfOneKeyInACycle(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  MakeLive(stage);
  LogScript& script = stage.script;
  script.Commit({Delete("a", 1), Insert("a", 1, "again")});
  script.Commit({Insert("a", 200, "x"), Update("a", 200, "y"), Delete("a", 200)});
  script.Commit({Insert("a", 201, "x")});
  script.Commit({Update("a", 201, "y")});
  script.Commit({Delete("a", 2)});
  script.Commit({Insert("a", 2, "back")});
  script.Commit({Delete("a", 3)});
  stage.driver.MainToEnd();
}

void KeysThatChange(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  MakeLive(stage);
  LogScript& script = stage.script;
  script.Commit({Rekey("a", 1, 101, "moved")});
  script.Commit({Rekey("a", 2, 102, "two"), Update("a", 102, "and changed")});
  // A swap by way of a third key, and a chain into a key that was just left.
  script.Commit({Rekey("a", 3, 999, "three"), Rekey("a", 4, 3, "four"), Rekey("a", 999, 4, "three")});
  script.Commit({Rekey("a", 5, 105, "five"), Rekey("a", 6, 5, "six")});
  stage.driver.MainToEnd();
  script.Commit({Rekey("a", 101, 1, "home"), Delete("a", 1)});
  script.Commit({Rekey("a", 7, 107, "seven"), Insert("a", 7, "new seven")});
  stage.driver.MainToEnd();
}

void TransactionsOverTables(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  MakeLive(stage);
  for (int64_t i = 1; i <= 10; ++i) {
    stage.script.Commit({Delete("a", i), Insert("b", 100 + i, "moved"), Update("a", 20, std::to_string(i))});
  }
  for (int64_t i = 1; i <= 10; ++i) {
    const core::Address next{core::Offset{stage.driver.Cursor().main.offset.value + 1}, 0};
    if (!stage.driver.Cycle({next, std::nullopt})) return;
  }
}

void AReaderStaysAtItsState(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  MakeLive(stage);
  const auto before = Expected(stage.script.now().at("a"));
  auto reader = stage.driver.sink().OpenTableReader("shop", "shop.a");
  if (!verdict.Ok(reader, "a reader opens")) return;
  stage.script.Commit({Update("a", 1, "later"), Delete("a", 2), Insert("a", 500, "later")});
  stage.driver.MainToEnd();
  const auto rows = ReadRows(**reader);
  if (verdict.Ok(rows, "the reader reads")) verdict.Equal(before, *rows, "rows of a reader opened before");
}

void CutsWithinASet(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  MakeLive(stage);
  stage.script.CommitSet({{Update("a", 1, "1"), Insert("b", 101, "1")},
                          {Update("a", 1, "2"), Delete("b", 1)},
                          {Rekey("a", 1, 301, "3")},
                          {Update("a", 301, "4"), Delete("b", 101)}});
  const uint64_t begin = stage.driver.Cursor().main.offset.value;
  for (uint64_t i : {1, 3, 4}) {
    if (!stage.driver.Cycle({core::Address{core::Offset{begin + i}, 0}, std::nullopt})) return;
  }
}

void PartsWithoutTheirOrphans(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  MakeLive(stage);
  stage.script.OrphanPart({Insert("a", 900, "orphan"), Delete("a", 1)});
  stage.script.CommitInParts({{Insert("a", 300, "p1"), Update("a", 1, "p1"), Insert("b", 300, "p1")},
                              {Update("a", 300, "p2"), Delete("b", 1), Delete("a", 2)},
                              {Rekey("a", 300, 301, "p3"), Insert("a", 2, "p3")}});
  stage.script.Commit({Update("a", 301, "after")});
  stage.script.OrphanPart({Delete("a", 301)});
  stage.driver.MainToEnd();
}

void PartsAmongOtherTransactionsOfACycle(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  MakeLive(stage);
  stage.script.Commit({Update("a", 1, "before"), Insert("a", 400, "before")});
  stage.script.CommitInParts({{Update("a", 1, "parts"), Delete("a", 400)}, {Insert("a", 401, "parts")}});
  stage.script.Commit({Update("a", 401, "after"), Insert("a", 400, "after")});
  stage.driver.MainToEnd();
}

void PreparedRowsCountWithTheirEnd(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  MakeLive(stage);
  const auto kept = stage.script.Prepare({Insert("a", 500, "kept"), Update("a", 1, "kept")});
  const auto dropped = stage.script.Prepare({Insert("a", 600, "dropped"), Delete("b", 1)});
  stage.script.Commit({Insert("a", 501, "between")});
  stage.driver.MainToEnd();
  stage.script.EndPrepared(dropped, false);
  stage.script.EndPrepared(kept, true);
  stage.script.Commit({Update("a", 500, "after")});
  stage.driver.MainToEnd();
}

void Truncated(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  MakeLive(stage);
  stage.script.Commit({Insert("a", 50, "goes too"), Update("b", 1, "stays")});
  stage.script.Truncate("a");
  stage.script.Commit({Insert("a", 51, "stays"), Insert("a", 1, "again")});
  stage.driver.MainToEnd();
}

// How many rows of table a have which value in the column that was added.
std::map<std::string, int> AddedCells(SinkStage& stage, Verdict& verdict) {
  std::map<std::string, int> cells;
  auto reader = stage.driver.sink().OpenTableReader("shop", "shop.a");
  if (!verdict.Ok(reader, "a reader opens")) return cells;
  const auto place = (*reader)->schema().FindColumn("added3");
  if (!verdict.Expect(place.has_value(), "the table has the added column")) return cells;
  while (true) {
    const auto batch = (*reader)->Next();
    if (!verdict.Ok(batch, "the reader reads") || !batch->has_value()) return cells;
    const core::Column& column = (*batch)->after[*place];
    for (uint32_t row = 0; row < (*batch)->rows; ++row)
      ++cells[column.is_value(row) ? std::string(column.bytes(row)) : "NULL"];
  }
}

void AColumnIsAdded(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  MakeLive(stage);
  stage.script.Commit({Update("a", 1, "before"), Delete("a", 5)});
  stage.script.AddColumn("a", "fill");
  stage.script.Commit({Update("a", 2, "changed"), Insert("a", 300, "new"), Delete("a", 3)});
  stage.script.Commit({Rekey("a", 4, 104, "moved"), Update("b", 1, "other")});
  stage.driver.MainToEnd();
  verdict.Expect(AddedCells(stage, verdict) == std::map<std::string, int>{{"fill", 16}, {"added", 3}},
                 "the rows before the change have its fill, those after it what they came with");
  stage.Restart();
  stage.script.Commit({Delete("a", 300), Update("a", 6, "later")});
  stage.driver.MainToEnd();
  verdict.Expect(AddedCells(stage, verdict) == std::map<std::string, int>{{"fill", 15}, {"added", 3}},
                 "the table keeps its columns over a restart");
}

void AColumnIsAddedDuringACopy(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  stage.script.Preload("a", 1, 20, "old");
  stage.script.BeginCopy("a", {kSinkName});
  stage.script.Chunk("a", 10);
  stage.script.AddColumn("a", "fill");
  stage.script.Chunk("a", 20);
  stage.script.Commit({Update("a", 1, "changed"), Insert("a", 300, "new")});
  stage.script.EndCopy("a");
  stage.driver.ToEnd();
  verdict.Expect(AddedCells(stage, verdict) == std::map<std::string, int>{{"fill", 9}, {"added", 12}},
                 "what was copied before the change has its fill");
}

void TicksMoveTheCursor(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  MakeLive(stage);
  for (int i = 0; i < 3; ++i) stage.script.Tick();
  stage.driver.MainToEnd();
  stage.script.Commit({Insert("a", 60, "x")});
  stage.script.Tick();
  stage.driver.MainToEnd();
}

void AnEmptyCycleIsWell(SinkHarness& harness, Verdict& verdict) {
  SinkStage stage(harness, verdict);
  MakeLive(stage);
  stage.driver.Cycle({std::nullopt, std::nullopt});
}

}  // namespace

std::vector<SinkCase> SinkStreamCases() {
  return {
      {"EveryOperation", EveryOperation},
      {"SeveralChangesOfOneKeyInACycle", SeveralChangesOfOneKeyInACycle},
      {"KeysThatChange", KeysThatChange},
      {"TransactionsOverTables", TransactionsOverTables},
      {"AReaderStaysAtItsState", AReaderStaysAtItsState},
      {"CutsWithinASet", CutsWithinASet},
      {"PartsWithoutTheirOrphans", PartsWithoutTheirOrphans},
      {"PartsAmongOtherTransactionsOfACycle", PartsAmongOtherTransactionsOfACycle},
      {"PreparedRowsCountWithTheirEnd", PreparedRowsCountWithTheirEnd},
      {"Truncated", Truncated},
      {"AColumnIsAdded", AColumnIsAdded},
      {"AColumnIsAddedDuringACopy", AColumnIsAddedDuringACopy},
      {"TicksMoveTheCursor", TicksMoveTheCursor},
      {"AnEmptyCycleIsWell", AnEmptyCycleIsWell},
  };
}

}  // namespace renkei::conformance
