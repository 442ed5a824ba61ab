// CyclePacer: when a sink's next cycle may begin. While the oldest waiting row is younger than half of
// freshness_aim, cycles use at most apply_cpu of the machine's cores; from there on they run back to back.
// So low load costs little and the aim is still met. Pure: time comes in. One thread.
#pragma once

#include <chrono>

#include "base/clock.h"

namespace renkei::pipeline {

class CyclePacer {
 public:
  struct Options {
    double apply_cpu = 0.25;  // of all cores, (0, 1]
    unsigned cores = 1;
    std::chrono::microseconds freshness_aim{1'000'000};
  };
  explicit CyclePacer(Options options) : options_(options) {}

  // A cycle ran, and used one core while it did.
  void OnCycle(base::MonoTime began, base::MonoTime ended);
  // How long to wait now, given how long the oldest row has been waiting; 0: begin.
  std::chrono::microseconds Wait(base::MonoTime now, std::chrono::microseconds oldest_age) const;

 private:
  Options options_;
  // Processor time beyond what was allowed, in microseconds, as of `at_`; it is worked off while waiting.
  double debt_us_ = 0;
  base::MonoTime at_;
  double Allowed() const;
  double DebtAt(base::MonoTime now) const;
};

}  // namespace renkei::pipeline
