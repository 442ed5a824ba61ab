// CommitClock: when a transaction was committed. MySQL 8's log says it; MariaDB's knows the second only, so
// while the capture is caught up the time of receipt is nearer the truth; behind, the log's second is (CORE
// 9).
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "core/change_set.h"

namespace renkei::sources::mysql {

struct CommitTime {
  base::WallTime time;
  core::TimeKind kind = core::TimeKind::kReceived;
};

// One thread.
class CommitClock {
 public:
  // `server_ahead_us`: the server's clock minus ours.
  explicit CommitClock(int64_t server_ahead_us) : server_ahead_us_(server_ahead_us) {}

  // The server had nothing more to send.
  void OnIdle(base::WallTime now) {
    caught_up_ = true;
    last_idle_ = now;
  }
  // `second`: of the transaction's last event. `micros`: what MySQL says more exactly, by its own clock; else
  // 0.
  CommitTime OnCommit(uint32_t second, base::WallTime received, int64_t micros = 0);
  bool caught_up() const { return caught_up_; }

 private:
  const int64_t server_ahead_us_;
  bool caught_up_ = false;
  base::WallTime last_idle_;
};

}  // namespace renkei::sources::mysql
