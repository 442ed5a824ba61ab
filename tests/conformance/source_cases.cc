#include <fmt/format.h>

#include <random>
#include <set>

#include "tests/conformance/sink_driver.h"
#include "tests/conformance/source_stage.h"

namespace renkei::conformance {

namespace {

constexpr size_t kRows = 60;

void Fill(SourceHarness& harness) {
  for (const char* table : {"a", "b"}) {
    std::vector<Change> changes;
    for (size_t key = 1; key <= kRows; ++key)
      changes.push_back(Insert(table, static_cast<int64_t>(key), "old"));
    harness.Commit(changes);
  }
}

// Transactions that a database takes, one after the other; those of a seed are always the same.
class Load {
 public:
  Load(SourceHarness& harness, uint64_t seed) : harness_(harness), random_(seed), rows_(harness.Truth()) {}

  void Step() {
    std::vector<Change> changes;
    for (uint64_t i = 0; i <= random_() % 3; ++i) {
      const std::string table = random_() % 2 == 0 ? "a" : "b";
      Rows& rows = rows_[table];
      const int64_t key = Key();
      const int64_t other = Key();
      const std::string value = fmt::format("v{}", random_() % 10'000);
      if (rows.count(key) == 0) {
        changes.push_back(Insert(table, key, value));
        rows[key] = value;
      } else if (random_() % 4 == 0) {
        changes.push_back(Delete(table, key));
        rows.erase(key);
      } else if (random_() % 4 == 0 && rows.count(other) == 0) {
        changes.push_back(Rekey(table, key, other, value));
        rows.erase(key);
        rows[other] = value;
      } else {
        changes.push_back(Update(table, key, value));
        rows[key] = value;
      }
    }
    harness_.Commit(changes);
  }

 private:
  int64_t Key() { return 1 + static_cast<int64_t>(random_() % (kRows + 20)); }
  SourceHarness& harness_;
  std::mt19937_64 random_;
  Tables rows_;
};

void TheDatabaseIsSeen(SourceHarness& harness, Verdict& verdict) {
  const auto source = harness.Make();
  verdict.Ok(source->Check(), "the check");
  const auto tables = source->Discover();
  if (!verdict.Ok(tables, "the tables")) return;
  std::set<std::string> names;
  for (const core::TableSchema& schema : *tables) {
    names.insert(schema.qualified_name());
    verdict.Expect(schema.key_kind == core::KeyKind::kPrimary && schema.key.size() == 1, "the primary key");
    if (!verdict.Equal(size_t{2}, schema.columns.size(), "columns")) continue;
    verdict.Expect(schema.columns[0].type.kind == core::Kind::kInt64, "the key's type");
    verdict.Expect(schema.columns[1].type.kind == core::Kind::kText, "the text's type");
  }
  verdict.Expect(names == std::set<std::string>{"shop.a", "shop.b"}, "both tables");
}

void PositionsAreOrdered(SourceHarness& harness, Verdict& verdict) {
  const auto source = harness.Make();
  const auto one = source->CurrentPosition();
  harness.Commit({Insert("a", 1, "x")});
  const auto two = source->CurrentPosition();
  if (!verdict.Ok(one, "a position") || !verdict.Ok(two, "another")) return;
  using core::PositionOrder;
  verdict.Expect(source->Compare(*one, *two) == PositionOrder::kBefore, "the earlier is before");
  verdict.Expect(source->Compare(*two, *one) == PositionOrder::kAfter, "the later is after");
  verdict.Expect(source->Compare(*two, *two) == PositionOrder::kEqual, "one is equal to itself");
  verdict.Expect(!source->Show(*two).empty(), "it can be shown");
}

void ACopyAndTheStreamMakeTheTable(SourceHarness& harness, Verdict& verdict) {
  Fill(harness);
  SourceStage stage(harness, verdict);
  stage.Start();
  stage.OrderCopy("a");
  stage.OrderCopy("b");
  if (!stage.WaitCopied("a") || !stage.WaitCopied("b")) return;
  harness.Commit({Insert("a", 1000, ""), Update("a", 1, "日本語 \\ ' \""), Delete("a", 2)});
  harness.Commit({Rekey("b", 1, 501, "moved"), Insert("b", 1, "new"), Rekey("b", 501, 502, "again")});
  harness.Commit({Delete("b", 3), Insert("b", 3, "back")});
  if (!stage.WaitCaughtUp()) return;
  stage.CheckTables({"a", "b"});
}

void AnEmptyTableIsCopied(SourceHarness& harness, Verdict& verdict) {
  SourceStage stage(harness, verdict);
  stage.Start();
  stage.OrderCopy("a");
  if (!stage.WaitCopied("a")) return;
  harness.Commit({Insert("a", 1, "first")});
  if (!stage.WaitCaughtUp()) return;
  stage.CheckTables({"a"});
}

void ACopyUnderLoad(SourceHarness& harness, Verdict& verdict, uint64_t seed) {
  Fill(harness);
  SourceStage stage(harness, verdict);
  Load load(harness, seed);
  stage.Start();
  stage.OrderCopy("a");
  std::jthread writer([&](const std::stop_token& stop) {
    for (int i = 0; i < 400 && !stop.stop_requested(); ++i) load.Step();
  });
  stage.WaitChunks(2);
  stage.OrderCopy("b");
  const bool copied = stage.WaitCopied("a") && stage.WaitCopied("b");
  writer.join();
  if (copied && stage.WaitCaughtUp()) stage.CheckTables({"a", "b"});
  verdict.Expect(!verdict.failed(), fmt::format("with seed {}", seed));
}

void StoppedAndStartedAgain(SourceHarness& harness, Verdict& verdict) {
  Fill(harness);
  SourceStage stage(harness, verdict);
  Load load(harness, 5);
  stage.Start();
  stage.OrderCopy("a");
  stage.OrderCopy("b");
  for (size_t chunks : {1, 3, 5}) {
    if (!stage.WaitChunks(chunks)) return;
    load.Step();
    stage.Stop();
    for (int i = 0; i < 5; ++i) load.Step();
    stage.Start();
  }
  if (!stage.WaitCopied("a") || !stage.WaitCopied("b")) return;
  for (int i = 0; i < 20; ++i) {
    load.Step();
    if (i % 5 != 0) continue;
    stage.Stop();
    load.Step();
    stage.Start();
  }
  if (!stage.WaitCaughtUp()) return;
  stage.CheckTables({"a", "b"});
}

void ConnectionsAreCut(SourceHarness& harness, Verdict& verdict) {
  Fill(harness);
  SourceStage stage(harness, verdict);
  Load load(harness, 6);
  stage.Start();
  stage.OrderCopy("a");
  stage.OrderCopy("b");
  for (int i = 0; i < 4; ++i) {
    load.Step();
    harness.CutConnections();
    load.Step();
    if (!stage.WaitCaughtUp()) return;
  }
  if (!stage.WaitCopied("a") || !stage.WaitCopied("b") || !stage.WaitCaughtUp()) return;
  stage.CheckTables({"a", "b"});
}

void ATableIsCopiedAgain(SourceHarness& harness, Verdict& verdict) {
  Fill(harness);
  SourceStage stage(harness, verdict);
  stage.Start();
  for (int i = 0; i < 2; ++i) {
    stage.OrderCopy("a");
    if (!stage.WaitCopied("a")) return;
    harness.Commit({Update("a", 5 + i, "between")});
    if (!stage.WaitCaughtUp()) return;
  }
  stage.CheckTables({"a"});
}

void AReaderStandsAtItsPosition(SourceHarness& harness, Verdict& verdict) {
  Fill(harness);
  const auto source = harness.Make();
  const auto tables = source->Discover();
  if (!verdict.Ok(tables, "the tables")) return;
  for (const core::TableSchema& schema : *tables) {
    const auto before = source->CurrentPosition();
    const auto rows_before = Expected(harness.Truth().at(schema.name));
    auto reader = source->OpenTableReader(schema);
    if (!verdict.Ok(reader, "a reader")) return;
    harness.Commit(
        {Update(schema.name, 1, "later"), Delete(schema.name, 2), Insert(schema.name, 900, "later")});
    verdict.Expect(source->Compare((*reader)->position(), *before) == core::PositionOrder::kEqual,
                   "a reader knows its position");
    const auto rows = ReadRows(**reader);
    if (verdict.Ok(rows, "the reader reads")) verdict.Equal(rows_before, *rows, "rows at the position");
  }
}

}  // namespace

std::vector<SourceCase> SourceCases() {
  std::vector<SourceCase> cases = {
      {"TheDatabaseIsSeen", TheDatabaseIsSeen},
      {"PositionsAreOrdered", PositionsAreOrdered},
      {"ACopyAndTheStreamMakeTheTable", ACopyAndTheStreamMakeTheTable},
      {"AnEmptyTableIsCopied", AnEmptyTableIsCopied},
      {"StoppedAndStartedAgain", StoppedAndStartedAgain},
      {"ConnectionsAreCut", ConnectionsAreCut},
      {"ATableIsCopiedAgain", ATableIsCopiedAgain},
      {"AReaderStandsAtItsPosition", AReaderStandsAtItsPosition},
  };
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    cases.push_back({fmt::format("ACopyUnderLoad{}", seed), [seed](SourceHarness& harness, Verdict& verdict) {
                       ACopyUnderLoad(harness, verdict, seed);
                     }});
  }
  return cases;
}

}  // namespace renkei::conformance
