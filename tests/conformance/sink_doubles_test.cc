// The sink double passes the suite, and each of its mutants fails it.
#include "tests/conformance/sink_conformance.h"
#include "tests/doubles/memory_sink.h"

namespace renkei::conformance {
namespace {

using doubles::MemoryDestination;
using doubles::MemorySink;
using doubles::SinkFault;

class MemoryHarness final : public SinkHarness {
 public:
  explicit MemoryHarness(SinkFault fault) : fault_(fault) {}
  std::unique_ptr<core::Sink> Make() override {
    return std::make_unique<MemorySink>(kSinkName, destination_, fault_);
  }
  std::unique_ptr<SinkHarness> Another() override { return std::make_unique<MemoryHarness>(fault_); }

 private:
  const SinkFault fault_;
  std::shared_ptr<MemoryDestination> destination_ = std::make_shared<MemoryDestination>();
};

INSTANTIATE_SINK_CONFORMANCE(Memory, std::make_unique<MemoryHarness>(SinkFault::kNone));

class SinkMutant : public testing::TestWithParam<SinkFault> {};

TEST_P(SinkMutant, IsCaught) {
  std::vector<std::string> caught;
  for (const SinkCase& sink_case : SinkCases()) {
    MemoryHarness harness(GetParam());
    Verdict verdict;
    sink_case.run(harness, verdict);
    if (verdict.failed()) caught.push_back(sink_case.name);
  }
  EXPECT_FALSE(caught.empty());
}

INSTANTIATE_TEST_SUITE_P(Faults, SinkMutant,
                         testing::Values(SinkFault::kStoresOffsetFirst, SinkFault::kShowsEarly,
                                         SinkFault::kLeavesOldKey, SinkFault::kAppliesWholeSets,
                                         SinkFault::kSkipsParts, SinkFault::kIgnoresTruncate,
                                         SinkFault::kAppliesAgain, SinkFault::kSkipsRepairs,
                                         SinkFault::kForgetsFills, SinkFault::kRepairsLiveOnly,
                                         SinkFault::kMergesEqualRows, SinkFault::kDeletesAllCopies));

}  // namespace
}  // namespace renkei::conformance
