#include "pipeline/backoff.h"

#include <algorithm>

namespace renkei::pipeline {

std::chrono::milliseconds Backoff::Next() {
  constexpr uint32_t kDoublingsMax = 20;
  const uint32_t doublings = std::min(attempts_++, kDoublingsMax);
  const auto plain = std::min(options_.first * (int64_t{1} << doublings), options_.longest);
  std::uniform_int_distribution<int64_t> jitter(-plain.count() / 4, plain.count() / 4);
  return plain + std::chrono::milliseconds(jitter(random_));
}

}  // namespace renkei::pipeline
