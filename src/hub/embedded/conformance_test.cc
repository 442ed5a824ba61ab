// The embedded hub passes the hub suite, on a disk that loses what was not synced.
#include "base/io/memory_file_system.h"
#include "hub/embedded/hub.h"
#include "tests/conformance/hub_conformance.h"

namespace renkei::hub::embedded {
namespace {

class EmbeddedHarness final : public conformance::HubHarness {
 public:
  explicit EmbeddedHarness(uint64_t segment_bytes) : segment_bytes_(segment_bytes) {}
  Result<std::unique_ptr<core::Hub>> Open() override {
    // What the hub before still held on to the old disk is gone by now.
    gone_.clear();
    HubOptions options;
    options.folder = "/data/hub";
    options.segment_bytes = segment_bytes_;
    ASSIGN_OR_RETURN(auto hub, EmbeddedHub::Open(*files_, clock_, options));
    return std::unique_ptr<core::Hub>(std::move(hub));
  }
  void Crash() override {
    auto after = files_->AfterCrash(++crashes_);
    gone_.push_back(std::exchange(files_, std::move(after)));
  }

 private:
  const uint64_t segment_bytes_;
  base::ManualClock clock_;
  std::unique_ptr<base::io::MemoryFileSystem> files_ = std::make_unique<base::io::MemoryFileSystem>();
  std::vector<std::unique_ptr<base::io::MemoryFileSystem>> gone_;
  uint64_t crashes_ = 0;
};

INSTANTIATE_HUB_CONFORMANCE(Embedded, std::make_unique<EmbeddedHarness>(uint64_t{1} << 20));
INSTANTIATE_HUB_CONFORMANCE(TinySegments, std::make_unique<EmbeddedHarness>(uint64_t{1500}));

}  // namespace
}  // namespace renkei::hub::embedded
