#include "pipeline/cycle_pacer.h"

#include <gtest/gtest.h>

namespace renkei::pipeline {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

class CyclePacerTest : public testing::Test {
 protected:
  // Half a core.
  CyclePacer pacer_{{.apply_cpu = 0.25, .cores = 2, .freshness_aim = milliseconds(1000)}};
  base::ManualClock clock_;

  void Cycle(milliseconds took) {
    const base::MonoTime began = clock_.mono();
    clock_.Advance(took);
    pacer_.OnCycle(began, clock_.mono());
  }
  milliseconds Wait(milliseconds age) const {
    return std::chrono::duration_cast<milliseconds>(pacer_.Wait(clock_.mono(), age));
  }
};

TEST_F(CyclePacerTest, TheFirstRowAfterAQuietTimeWaitsForNothing) {
  EXPECT_EQ(Wait(milliseconds(0)), milliseconds(0));
  Cycle(milliseconds(20));
  clock_.Advance(milliseconds(500));
  EXPECT_EQ(Wait(milliseconds(0)), milliseconds(0));
}

TEST_F(CyclePacerTest, CyclesTakeNoMoreThanTheirShareOfTheCores) {
  Cycle(milliseconds(100));
  EXPECT_EQ(Wait(milliseconds(0)), milliseconds(100));
  clock_.Advance(milliseconds(60));
  EXPECT_EQ(Wait(milliseconds(0)), milliseconds(40));

  // Over ten seconds of work that never ends, half of the time is spent in cycles.
  int64_t busy_ms = 0;
  const base::MonoTime start = clock_.mono();
  while (base::MicrosBetween(start, clock_.mono()) < 10'000'000) {
    clock_.Advance(Wait(milliseconds(0)));
    Cycle(milliseconds(10));
    busy_ms += 10;
  }
  EXPECT_NEAR(static_cast<double>(busy_ms), 5000, 150);
}

TEST_F(CyclePacerTest, RowsOlderThanHalfTheAimAreNotHeldBack) {
  Cycle(milliseconds(400));
  EXPECT_EQ(Wait(milliseconds(0)), milliseconds(400));
  EXPECT_EQ(Wait(milliseconds(300)), milliseconds(200));
  EXPECT_EQ(Wait(milliseconds(500)), milliseconds(0));
  EXPECT_EQ(Wait(milliseconds(5000)), milliseconds(0));
}

TEST_F(CyclePacerTest, ALongBurstIsNotPaidForForEver) {
  for (int i = 0; i < 100; ++i) Cycle(milliseconds(500));
  clock_.Advance(milliseconds(1000));
  EXPECT_EQ(Wait(milliseconds(0)), milliseconds(0));
}

}  // namespace
}  // namespace renkei::pipeline
