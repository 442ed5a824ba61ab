#include "pipeline/copy_share.h"

#include <algorithm>

namespace renkei::pipeline {

void CopyShare::OnCycle(size_t work, std::chrono::microseconds took, bool live_tables) {
  using std::chrono::milliseconds;
  const std::chrono::microseconds beside_live =
      std::clamp<std::chrono::microseconds>(freshness_aim_ / 4, milliseconds(25), milliseconds(500));
  const std::chrono::microseconds target = live_tables ? beside_live : milliseconds(1000);
  // A cycle far below the limit says nothing about one at the limit.
  if (work * 2 < work_max_ && took < target) return;
  const double ratio =
      static_cast<double>(target.count()) / static_cast<double>(std::max<int64_t>(took.count(), 1));
  work_max_ = static_cast<size_t>(static_cast<double>(work_max_) * std::clamp(ratio, 0.5, 2.0));
  work_max_ = std::clamp(work_max_, kLeast, kMost);
}

}  // namespace renkei::pipeline
