#include "pipeline/backoff.h"

#include <gtest/gtest.h>

namespace renkei::pipeline {
namespace {

TEST(BackoffTest, DoublesUpToTheLongestWithJitterOfAQuarter) {
  using std::chrono::milliseconds;
  Backoff backoff({.first = milliseconds(200), .longest = milliseconds(5000)}, 42);
  for (const int64_t plain : {200, 400, 800, 1600, 3200, 5000, 5000, 5000}) {
    const int64_t delay = backoff.Next().count();
    EXPECT_GE(delay, plain * 3 / 4);
    EXPECT_LE(delay, plain * 5 / 4);
  }
  EXPECT_EQ(backoff.attempts(), 8u);
  backoff.Reset();
  EXPECT_LE(backoff.Next(), milliseconds(250));
}

TEST(BackoffTest, StaysBoundedHoweverOftenItFails) {
  Backoff backoff({}, 1);
  for (int i = 0; i < 1000; ++i) EXPECT_LE(backoff.Next(), std::chrono::milliseconds(37'500));
}

TEST(BackoffTest, TwoPartsDoNotRetryInStep) {
  Backoff one({}, 1);
  Backoff other({}, 2);
  int same = 0;
  for (int i = 0; i < 10; ++i) same += one.Next() == other.Next() ? 1 : 0;
  EXPECT_LT(same, 5);
}

}  // namespace
}  // namespace renkei::pipeline
