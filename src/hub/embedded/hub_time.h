// The hub's own time: it never goes back and never jumps, so that no setting of the machine's clock unlinks
// anything (CORE 3). It moves by the monotonic clock; at a start it is the wall clock, or the last stored
// time where that is later. A step forward above an hour since the last stored time is taken only when the
// user accepts it.
#pragma once

#include <mutex>
#include <optional>

#include "base/clock.h"

namespace renkei::hub::embedded {

inline constexpr int64_t kClockStepMaxUs = 3600 * base::kMicrosPerSecond;

// Thread-safe.
class HubTime {
 public:
  // `stored`: the latest time known from disk, nothing for a new hub.
  HubTime(const base::Clock& clock, std::optional<base::WallTime> stored, bool accept_step);

  base::WallTime Now() const;
  // A later time was found on disk.
  void NotBefore(base::WallTime time);
  // How far the wall clock was ahead at the start without being followed; 0 if it was followed.
  int64_t refused_step_us() const { return refused_step_us_; }
  // How far the wall clock is from this time now, beyond what was refused at the start.
  int64_t drift_us() const;

 private:
  base::WallTime NowLocked() const;
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  base::WallTime base_;
  base::MonoTime base_mono_;
  int64_t refused_step_us_ = 0;
};

}  // namespace renkei::hub::embedded
