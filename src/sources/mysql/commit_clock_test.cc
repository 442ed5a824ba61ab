#include "sources/mysql/commit_clock.h"

#include <gtest/gtest.h>

namespace renkei::sources::mysql {
namespace {

constexpr int64_t kSecond = base::kMicrosPerSecond;

base::WallTime At(int64_t seconds) { return base::WallTime{seconds * kSecond}; }

TEST(CommitClock, TakesTheReceiptWhileCaughtUp) {
  CommitClock clock(0);
  const CommitTime time = clock.OnCommit(1000, At(1001));
  EXPECT_EQ(time.kind, core::TimeKind::kReceived);
  EXPECT_EQ(time.time, At(1001));
}

TEST(CommitClock, TakesTheLogsSecondWhileBehind) {
  CommitClock clock(0);
  const CommitTime time = clock.OnCommit(1000, At(1600));
  EXPECT_EQ(time.kind, core::TimeKind::kWholeSecond);
  EXPECT_EQ(time.time, At(1000));
  EXPECT_FALSE(clock.caught_up());
}

TEST(CommitClock, KnowsTheServersClock) {
  CommitClock clock(300 * kSecond);
  EXPECT_EQ(clock.OnCommit(1300, At(1000)).kind, core::TimeKind::kReceived);
  EXPECT_EQ(clock.OnCommit(1300, At(1060)).time, At(1000));
}

TEST(CommitClock, ALongStatementIsNoLag) {
  CommitClock clock(0);
  clock.OnIdle(At(1030));
  EXPECT_EQ(clock.OnCommit(1000, At(1031)).kind, core::TimeKind::kReceived);
}

}  // namespace
}  // namespace renkei::sources::mysql
