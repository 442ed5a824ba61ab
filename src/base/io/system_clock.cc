#include "base/io/system_clock.h"

#include <ctime>

#include "base/check.h"

namespace renkei::base::io {

namespace {

int64_t Nanoseconds(clockid_t clock) {
  timespec now{};
  CHECK_EQ(clock_gettime(clock, &now), 0);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

WallTime SystemClock::wall() const { return WallTime{Nanoseconds(CLOCK_REALTIME) / 1000}; }
MonoTime SystemClock::mono() const { return MonoTime{Nanoseconds(CLOCK_MONOTONIC)}; }
int64_t SystemClock::thread_cpu_ns() const { return Nanoseconds(CLOCK_THREAD_CPUTIME_ID); }

}  // namespace renkei::base::io
