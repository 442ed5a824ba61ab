// The source double passes the suite, and each of its mutants fails it.
#include "tests/conformance/source_conformance.h"
#include "tests/doubles/scripted_source.h"

namespace renkei::conformance {
namespace {

using doubles::MemoryDatabase;
using doubles::ScriptedSource;
using doubles::SourceFault;

class ScriptedHarness final : public SourceHarness {
 public:
  explicit ScriptedHarness(SourceFault fault) : fault_(fault) {
    // While a chunk is read, some of its rows change: where the load thread would rarely hit.
    database_->SetMeanwhile([this] { ChangeSomething(); });
  }
  ~ScriptedHarness() override { database_->SetMeanwhile(nullptr); }

  std::unique_ptr<core::Source> Make() override {
    return std::make_unique<ScriptedSource>(database_, fault_);
  }
  void Commit(const std::vector<Change>& changes) override {
    std::vector<doubles::DatabaseChange> converted;
    for (const Change& change : changes) {
      converted.push_back({change.table, change.operation, change.key, change.value, change.key_before});
    }
    database_->Commit(converted);
  }
  Tables Truth() override { return database_->View().tables; }
  void CutConnections() override { database_->CutConnections(); }

 private:
  // A row of its own that comes and goes, beyond the keys that the suite uses.
  void ChangeSomething() {
    for (const char* table : {"a", "b"}) {
      const int64_t key = kOwnKeys + static_cast<int64_t>(count_++ % 5);
      const auto rows = database_->View().tables.at(table);
      if (rows.count(key) != 0) {
        database_->Commit({{table, core::Operation::kDelete, key, "", key}});
      } else {
        database_->Commit({{table, core::Operation::kInsert, key, "meanwhile", key}});
      }
    }
  }
  static constexpr int64_t kOwnKeys = 2000;
  const SourceFault fault_;
  uint64_t count_ = 0;
  const std::shared_ptr<MemoryDatabase> database_ =
      std::make_shared<MemoryDatabase>(std::vector<std::string>{"a", "b"});
};

INSTANTIATE_SOURCE_CONFORMANCE(Scripted, std::make_unique<ScriptedHarness>(SourceFault::kNone));

class SourceMutant : public testing::TestWithParam<SourceFault> {};

TEST_P(SourceMutant, IsCaught) {
  for (const SourceCase& source_case : SourceCases()) {
    ScriptedHarness harness(GetParam());
    Verdict verdict;
    source_case.run(harness, verdict);
    if (verdict.failed()) return;
  }
  FAIL() << "no case has noticed";
}

INSTANTIATE_TEST_SUITE_P(Faults, SourceMutant,
                         testing::Values(SourceFault::kLateLow, SourceFault::kDoublesChunk,
                                         SourceFault::kDropsTransaction, SourceFault::kRepeatsOnResume,
                                         SourceFault::kEndsCopyEarly));

}  // namespace
}  // namespace renkei::conformance
