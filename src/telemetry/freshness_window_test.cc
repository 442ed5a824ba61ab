#include "telemetry/freshness_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace renkei::telemetry {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(FreshnessWindow, EmptyKnowsNothing) {
  base::ManualClock clock;
  EXPECT_EQ(FreshnessWindow(clock).Read().rows, 0u);
}

TEST(FreshnessWindow, QuantilesAreNearTheTrueOnes) {
  base::ManualClock clock;
  FreshnessWindow window(clock);
  std::mt19937 random(7);
  std::lognormal_distribution<double> spread(12, 1.5);  // around 160 ms
  std::vector<int64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(static_cast<int64_t>(spread(random)));
    window.Add(microseconds(values.back()), 1);
    if (i % 500 == 0) clock.Advance(seconds(1));
  }
  std::sort(values.begin(), values.end());
  const FreshnessWindow::Quantiles quantiles = window.Read();
  EXPECT_EQ(quantiles.rows, values.size());
  EXPECT_NEAR(quantiles.p50.count(), values[values.size() / 2], values[values.size() / 2] * 0.06);
  EXPECT_NEAR(quantiles.p99.count(), values[values.size() * 99 / 100],
              values[values.size() * 99 / 100] * 0.06);
  EXPECT_EQ(quantiles.most.count(), values.back());
}

TEST(FreshnessWindow, RowsAreTheWeight) {
  base::ManualClock clock;
  FreshnessWindow window(clock);
  window.Add(milliseconds(100), 1'000'000);
  window.Add(seconds(60), 5'000);
  const FreshnessWindow::Quantiles quantiles = window.Read();
  EXPECT_NEAR(quantiles.p99.count(), 100'000, 13'000);
  EXPECT_EQ(quantiles.most, seconds(60));
  window.Add(seconds(60), 10'000);
  EXPECT_GT(window.Read().p99, seconds(50));
}

TEST(FreshnessWindow, ForgetsAfterAMinute) {
  base::ManualClock clock;
  FreshnessWindow window(clock);
  window.Add(seconds(5), 10);
  clock.Advance(seconds(54));
  window.Add(milliseconds(1), 1);
  EXPECT_EQ(window.Read().rows, 11u);
  clock.Advance(seconds(6));
  EXPECT_EQ(window.Read().rows, 1u);
  EXPECT_LE(window.Read().most, milliseconds(1));
  clock.Advance(hours(10));
  EXPECT_EQ(window.Read().rows, 0u);
}

TEST(FreshnessWindow, TakesAnyValue) {
  base::ManualClock clock;
  FreshnessWindow window(clock);
  window.Add(seconds(-3), 1);
  EXPECT_EQ(window.Read().p50.count(), 0);
  window.Add(hours(24 * 365), 100);
  EXPECT_EQ(window.Read().most, hours(24 * 365));
  EXPECT_GT(window.Read().p50, hours(1));
  window.Add(seconds(1), ~uint64_t{0} >> 1);
  EXPECT_LT(window.Read().p50, seconds(2));
}

}  // namespace
}  // namespace renkei::telemetry
