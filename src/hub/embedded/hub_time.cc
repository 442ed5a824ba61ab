#include "hub/embedded/hub_time.h"

#include <algorithm>

namespace renkei::hub::embedded {

HubTime::HubTime(const base::Clock& clock, std::optional<base::WallTime> stored, bool accept_step)
    : clock_(clock), base_(clock.wall()), base_mono_(clock.mono()) {
  if (!stored.has_value()) return;
  const int64_t step = base_.value - stored->value;
  if (step > kClockStepMaxUs && !accept_step) refused_step_us_ = step;
  if (step < 0 || refused_step_us_ != 0) base_ = *stored;
}

base::WallTime HubTime::Now() const {
  std::lock_guard lock(mutex_);
  return NowLocked();
}

base::WallTime HubTime::NowLocked() const {
  return base::WallTime{base_.value + base::MicrosBetween(base_mono_, clock_.mono())};
}

void HubTime::NotBefore(base::WallTime time) {
  std::lock_guard lock(mutex_);
  const base::WallTime now = NowLocked();
  if (time <= now) return;
  base_ = time;
  base_mono_ = clock_.mono();
}

int64_t HubTime::drift_us() const {
  std::lock_guard lock(mutex_);
  return clock_.wall().value - NowLocked().value - refused_step_us_;
}

}  // namespace renkei::hub::embedded
