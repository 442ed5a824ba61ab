// CopyShare: how much work of a copy goes into one cycle, so that the cycle takes about the time it may: a
// quarter of the freshness aim while live tables wait behind it, a second when there are none. Pure. One
// thread.
#pragma once

#include <chrono>
#include <cstddef>

namespace renkei::pipeline {

class CopyShare {
 public:
  explicit CopyShare(std::chrono::microseconds freshness_aim) : freshness_aim_(freshness_aim) {}

  // Work for the next cycle, in bytes.
  size_t work_max() const { return work_max_; }
  // A cycle with so much copy work took so long.
  void OnCycle(size_t work, std::chrono::microseconds took, bool live_tables);

 private:
  static constexpr size_t kLeast = size_t{1} << 20;
  static constexpr size_t kMost = size_t{64} << 20;
  std::chrono::microseconds freshness_aim_;
  size_t work_max_ = size_t{8} << 20;
};

}  // namespace renkei::pipeline
