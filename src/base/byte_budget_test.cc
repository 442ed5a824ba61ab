#include "base/byte_budget.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace renkei::base {
namespace {

TEST(ByteBudget, AFullShareBlocksUntilBytesAreFreed) {
  ByteBudget budget(1000);
  const size_t share = budget.share(Stage::kFrames);
  std::stop_source stop;
  ASSERT_TRUE(budget.Acquire(Stage::kFrames, share, stop.get_token()));

  std::atomic<bool> let_in{false};
  std::jthread second([&] {
    ASSERT_TRUE(budget.Acquire(Stage::kFrames, 1, stop.get_token()));
    let_in = true;
  });
  while (budget.waits(Stage::kFrames) == 0) std::this_thread::yield();
  EXPECT_FALSE(let_in);
  budget.Release(Stage::kFrames, share);
  second.join();
  EXPECT_TRUE(let_in);
  EXPECT_EQ(budget.used(Stage::kFrames), 1u);
}

TEST(ByteBudget, StagesDoNotWaitForEachOther) {
  ByteBudget budget(1000);
  std::stop_source stop;
  ASSERT_TRUE(budget.Acquire(Stage::kDelivery, budget.share(Stage::kDelivery), stop.get_token()));
  EXPECT_TRUE(budget.Acquire(Stage::kDecode, 1, stop.get_token()));
}

TEST(ByteBudget, OneRequestLargerThanTheShareIsLetInAlone) {
  ByteBudget budget(1000);
  std::stop_source stop;
  EXPECT_TRUE(budget.Acquire(Stage::kChunks, 5000, stop.get_token()));
  stop.request_stop();
  EXPECT_FALSE(budget.Acquire(Stage::kChunks, 1, stop.get_token()));
}

TEST(ByteBudget, HeldBytesAreFreedOnce) {
  ByteBudget budget(1000);
  std::stop_source stop;
  ASSERT_TRUE(budget.Acquire(Stage::kDecode, 10, stop.get_token()));
  {
    HeldBytes held(budget, Stage::kDecode, 10);
    HeldBytes moved(std::move(held));
    EXPECT_EQ(budget.used(Stage::kDecode), 10u);
  }
  EXPECT_EQ(budget.used(Stage::kDecode), 0u);
}

TEST(ByteBudget, TheSharesAreNoMoreThanTheWhole) {
  ByteBudget budget(256 << 20);
  size_t sum = 0;
  for (size_t i = 0; i < kStageCount; ++i) sum += budget.share(static_cast<Stage>(i));
  EXPECT_LE(sum, size_t{256} << 20);
  EXPECT_GE(sum, size_t{255} << 20);
}

}  // namespace
}  // namespace renkei::base
