// The hub double passes the suite, and each of its mutants fails it.
#include "tests/conformance/hub_conformance.h"
#include "tests/doubles/memory_hub.h"

namespace renkei::conformance {
namespace {

using doubles::HubFault;
using doubles::MemoryHub;

class MemoryHubHarness final : public HubHarness {
 public:
  explicit MemoryHubHarness(HubFault fault) : disk_(std::make_unique<MemoryHub>(fault)) {}
  Result<std::unique_ptr<core::Hub>> Open() override { return std::unique_ptr<core::Hub>(disk_->Again()); }
  void Crash() override { disk_ = disk_->AfterCrash(); }

 private:
  std::unique_ptr<MemoryHub> disk_;
};

INSTANTIATE_HUB_CONFORMANCE(Memory, std::make_unique<MemoryHubHarness>(HubFault::kNone));

class HubMutant : public testing::TestWithParam<HubFault> {};

TEST_P(HubMutant, IsCaught) {
  std::vector<std::string> caught;
  for (const HubCase& hub_case : HubCases()) {
    MemoryHubHarness harness(GetParam());
    Verdict verdict;
    hub_case.run(harness, verdict);
    if (verdict.failed()) caught.push_back(hub_case.name);
  }
  EXPECT_FALSE(caught.empty());
}

INSTANTIATE_TEST_SUITE_P(Faults, HubMutant,
                         testing::Values(HubFault::kDropsFrame, HubFault::kTakesAnyPrev,
                                         HubFault::kShowsUnsynced, HubFault::kLosesSynced,
                                         HubFault::kDoublesChunk, HubFault::kForgetsFilter,
                                         HubFault::kMovesCursorBack));

}  // namespace
}  // namespace renkei::conformance
