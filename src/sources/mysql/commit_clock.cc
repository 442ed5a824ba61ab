#include "sources/mysql/commit_clock.h"

namespace renkei::sources::mysql {

namespace {

// A whole second is up to one second old, and clocks drift a little.
constexpr int64_t kFreshUs = 2 * base::kMicrosPerSecond;

}  // namespace

// The log's second is when the last statement began, so an old one proves no lag by itself: a statement may
// have run for long. Only a stream that has not been idle for a while either is behind.
CommitTime CommitClock::OnCommit(uint32_t second, base::WallTime received, int64_t micros) {
  const base::WallTime by_log{int64_t{second} * base::kMicrosPerSecond - server_ahead_us_};
  const bool fresh = received.value - by_log.value < kFreshUs;
  const bool was_idle = received.value - last_idle_.value < kFreshUs;
  caught_up_ = fresh || (caught_up_ && was_idle);
  if (micros != 0) return {base::WallTime{micros}, core::TimeKind::kCommitMicros};
  if (caught_up_) return {received, core::TimeKind::kReceived};
  return {by_log, core::TimeKind::kWholeSecond};
}

}  // namespace renkei::sources::mysql
