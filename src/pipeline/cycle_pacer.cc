#include "pipeline/cycle_pacer.h"

#include <algorithm>

namespace renkei::pipeline {

double CyclePacer::Allowed() const { return options_.apply_cpu * options_.cores; }

double CyclePacer::DebtAt(base::MonoTime now) const {
  const auto passed_us = static_cast<double>(base::MicrosBetween(at_, now));
  return std::max(0.0, debt_us_ - passed_us * Allowed());
}

void CyclePacer::OnCycle(base::MonoTime began, base::MonoTime ended) {
  const auto took_us = static_cast<double>(base::MicrosBetween(began, ended));
  debt_us_ = std::max(0.0, DebtAt(began) + took_us - took_us * Allowed());
  // A long stretch back to back must not hold later cycles up beyond the aim.
  debt_us_ = std::min(debt_us_, static_cast<double>(options_.freshness_aim.count()) * Allowed());
  at_ = ended;
}

std::chrono::microseconds CyclePacer::Wait(base::MonoTime now, std::chrono::microseconds oldest_age) const {
  const auto by_cpu = std::chrono::microseconds(static_cast<int64_t>(DebtAt(now) / Allowed()));
  const auto by_age = options_.freshness_aim / 2 - oldest_age;
  return std::max(std::chrono::microseconds(0), std::min(by_cpu, by_age));
}

}  // namespace renkei::pipeline
