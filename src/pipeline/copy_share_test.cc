#include "pipeline/copy_share.h"

#include <gtest/gtest.h>

namespace renkei::pipeline {
namespace {

using std::chrono::milliseconds;

// Ends where cycles of the share take about the time they may, at so many bytes a millisecond.
int64_t SettledMillis(CopyShare& share, size_t bytes_per_ms, bool live) {
  int64_t took_ms = 0;
  for (int i = 0; i < 50; ++i) {
    took_ms = static_cast<int64_t>(share.work_max() / bytes_per_ms);
    share.OnCycle(share.work_max(), milliseconds(took_ms), live);
  }
  return took_ms;
}

TEST(CopyShareTest, LeavesRoomForLiveTables) {
  CopyShare share(milliseconds(1000));
  EXPECT_NEAR(static_cast<double>(SettledMillis(share, 50'000, true)), 250, 30);
}

TEST(CopyShareTest, TakesLongerCyclesWhereNothingWaitsBehindThem) {
  CopyShare share(milliseconds(1000));
  EXPECT_NEAR(static_cast<double>(SettledMillis(share, 50'000, false)), 1000, 100);
}

TEST(CopyShareTest, NeverFallsToNothing) {
  CopyShare share(milliseconds(100));
  SettledMillis(share, 1, true);
  EXPECT_EQ(share.work_max(), size_t{1} << 20);
}

TEST(CopyShareTest, AShortCycleSaysNothingAboutAFullOne) {
  CopyShare share(milliseconds(1000));
  const size_t before = share.work_max();
  for (int i = 0; i < 100; ++i) share.OnCycle(1000, milliseconds(1), true);
  EXPECT_EQ(share.work_max(), before);
}

}  // namespace
}  // namespace renkei::pipeline
