// Time, passed in: nothing outside base/io reads the machine's clocks.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "base/strong.h"

namespace renkei::base {

// Microseconds since 1970-01-01 UTC. May jump when the machine's clock is set.
using WallTime = Strong<struct WallTimeTag, int64_t>;
// Nanoseconds since some start; never goes back.
using MonoTime = Strong<struct MonoTimeTag, int64_t>;

constexpr int64_t kMicrosPerSecond = 1'000'000;

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime wall() const = 0;
  virtual MonoTime mono() const = 0;
  // Processor time the calling thread has used, in nanoseconds.
  virtual int64_t thread_cpu_ns() const = 0;
};

// A clock that a test moves.
class ManualClock final : public Clock {
 public:
  WallTime wall() const override { return WallTime{wall_us_.load()}; }
  MonoTime mono() const override { return MonoTime{mono_ns_.load()}; }
  int64_t thread_cpu_ns() const override { return 0; }
  void Advance(std::chrono::microseconds by) {
    wall_us_ += by.count();
    mono_ns_ += by.count() * 1000;
  }
  void SetWall(WallTime to) { wall_us_ = to.value; }

 private:
  std::atomic<int64_t> wall_us_{1'700'000'000'000'000};
  std::atomic<int64_t> mono_ns_{0};
};

constexpr int64_t MicrosBetween(MonoTime from, MonoTime to) { return (to.value - from.value) / 1000; }

}  // namespace renkei::base
