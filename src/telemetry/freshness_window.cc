#include "telemetry/freshness_window.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace renkei::telemetry {

namespace {

// A bucket's number is its octave above 128 µs times 8 plus the next three bits; bucket 0 takes all below.
constexpr int kFirstOctave = 7;
constexpr int kStepsPerOctave = 8;

}  // namespace

size_t FreshnessWindow::BucketOf(int64_t freshness_us) {
  if (freshness_us < int64_t{1} << kFirstOctave) return 0;
  const int octave = std::bit_width(static_cast<uint64_t>(freshness_us)) - 1;
  const auto step = static_cast<int>((freshness_us >> (octave - 3)) & 7);
  return std::min(static_cast<size_t>((octave - kFirstOctave) * kStepsPerOctave + step), kBuckets - 1);
}

double FreshnessWindow::BucketStart_us(size_t bucket) {
  if (bucket == 0) return 0;
  const auto octave = bucket / kStepsPerOctave + kFirstOctave;
  return static_cast<double>((kStepsPerOctave + bucket % kStepsPerOctave) << (octave - 3));
}

void FreshnessWindow::Add(std::chrono::microseconds freshness, uint64_t rows) {
  if (rows == 0) return;
  const int64_t freshness_us = std::max<int64_t>(freshness.count(), 0);
  std::lock_guard lock(mutex_);
  const int64_t number = SlotNow();
  std::unique_ptr<Slot>& slot = slots_[static_cast<size_t>(number) % kSlots];
  if (!slot) slot = std::make_unique<Slot>();
  if (slot->number != number) *slot = Slot{number, 0, {}};
  uint32_t& count = slot->rows[BucketOf(freshness_us)];
  count = static_cast<uint32_t>(std::min<uint64_t>(std::numeric_limits<uint32_t>::max(), count + rows));
  slot->most_us = std::max(slot->most_us, freshness_us);
}

FreshnessWindow::Quantiles FreshnessWindow::Read() const {
  std::array<uint64_t, kBuckets> rows{};
  Quantiles quantiles;
  {
    std::lock_guard lock(mutex_);
    const int64_t oldest = SlotNow() - static_cast<int64_t>(kSlots) + 1;
    for (const auto& slot : slots_) {
      if (!slot || slot->number < oldest) continue;
      for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
        rows[bucket] += slot->rows[bucket];
        quantiles.rows += slot->rows[bucket];
      }
      quantiles.most = std::max(quantiles.most, std::chrono::microseconds(slot->most_us));
    }
  }
  if (quantiles.rows == 0) return quantiles;
  // The value below which the share of the rows lies, straight between a bucket's ends.
  const auto at = [&](double share) {
    const double wanted = share * static_cast<double>(quantiles.rows);
    double below = 0;
    for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
      const auto here = static_cast<double>(rows[bucket]);
      if (here > 0 && below + here >= wanted) {
        const double start = BucketStart_us(bucket);
        const double width = BucketStart_us(bucket + 1) - start;
        const auto value = static_cast<int64_t>(start + width * (wanted - below) / here);
        return std::min(std::chrono::microseconds(value), quantiles.most);
      }
      below += here;
    }
    return quantiles.most;
  };
  quantiles.p50 = at(0.50);
  quantiles.p99 = at(0.99);
  return quantiles;
}

}  // namespace renkei::telemetry
