// The freshness (commit to visible) of the rows of the last minute, as quantiles weighted by rows.
//
// Twelve slots of 5 seconds, each counting rows in buckets an eighth of an octave wide from 128 µs to over an
// hour: a quantile is off by at most 6 %, one never above the largest value seen. A slot's memory (0.8 KiB)
// is taken when it is first needed, so that idle tables cost nothing. Add costs the same whatever the row
// count.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>

#include "base/clock.h"

namespace renkei::telemetry {

// Thread-safe. The clock outlives it.
class FreshnessWindow {
 public:
  struct Quantiles {
    uint64_t rows = 0;  // 0: the rest is not known
    std::chrono::microseconds p50{0};
    std::chrono::microseconds p99{0};
    std::chrono::microseconds most{0};
  };

  explicit FreshnessWindow(const base::Clock& clock) : clock_(clock) {}

  // So many rows became visible this long after their commit; below zero (clocks that differ) counts as zero.
  void Add(std::chrono::microseconds freshness, uint64_t rows);
  Quantiles Read() const;

 private:
  static constexpr size_t kSlots = 12;
  static constexpr int64_t kSlot_us = 5 * base::kMicrosPerSecond;
  static constexpr size_t kBuckets = 200;

  struct Slot {
    int64_t number = -1;  // slots since the clock's start
    int64_t most_us = 0;
    std::array<uint32_t, kBuckets> rows{};  // saturating
  };

  int64_t SlotNow() const { return clock_.mono().value / 1000 / kSlot_us; }
  static size_t BucketOf(int64_t freshness_us);
  static double BucketStart_us(size_t bucket);

  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::array<std::unique_ptr<Slot>, kSlots> slots_;
};

}  // namespace renkei::telemetry
