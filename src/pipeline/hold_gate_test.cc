#include "pipeline/hold_gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/notifier.h"
#include "pipeline/codes.h"

namespace renkei::pipeline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A delivery thread that does nothing but serve.
class HoldGateTest : public testing::Test {
 protected:
  void Serve(HoldGate::Advance advance) {
    gate_.Open();
    thread_ = std::thread([this, advance] {
      for (uint64_t seen = 0; !stop_;) {
        if (gate_.wanted()) gate_.Serve(advance);
        seen = woken_.WaitBeyond(seen, milliseconds(100));
      }
    });
  }
  void TearDown() override {
    stop_ = true;
    gate_.Close();
    woken_.Notify();
    if (thread_.joinable()) thread_.join();
  }

  base::Notifier woken_;
  HoldGate gate_{"warehouse", [this] { woken_.Notify(); }};
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

TEST_F(HoldGateTest, AdvancesOnlyWhileHeldAndTellsTheOutcome) {
  std::atomic<uint64_t> advanced_to = 0;
  Serve([&](const std::string&, core::Offset offset, const auto&) -> Status {
    if (offset.value == 13) return Error(kPassedAlready, {{"sink", "warehouse"}});
    advanced_to = offset.value;
    return {};
  });
  EXPECT_FALSE(gate_.AdvanceTo("shop", core::Offset{1}, seconds(5)).ok());
  ASSERT_TRUE(gate_.Hold(seconds(5)).ok());
  EXPECT_TRUE(gate_.AdvanceTo("shop", core::Offset{7}, seconds(5)).ok());
  EXPECT_EQ(advanced_to, 7u);
  const Status passed = gate_.AdvanceTo("shop", core::Offset{13}, seconds(5));
  ASSERT_FALSE(passed.ok());
  EXPECT_EQ(passed.error().code(), kPassedAlready);
  gate_.Release();
  ASSERT_TRUE(gate_.Hold(seconds(5)).ok());
  gate_.Release();
}

TEST_F(HoldGateTest, OneHoldAtATime) {
  Serve([](const std::string&, core::Offset, const auto&) -> Status { return {}; });
  ASSERT_TRUE(gate_.Hold(seconds(5)).ok());
  const Status second = gate_.Hold(milliseconds(20));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code(), kHeldElsewhere);
  gate_.Release();
}

TEST_F(HoldGateTest, AnAdvanceThatTakesTooLongIsGivenUp) {
  Serve([&](const std::string&, core::Offset, const std::function<bool()>& given_up) -> Status {
    while (!given_up()) woken_.WaitBeyond(woken_.count(), milliseconds(5));
    return Error(kStopAsked);
  });
  ASSERT_TRUE(gate_.Hold(seconds(5)).ok());
  EXPECT_FALSE(gate_.AdvanceTo("shop", core::Offset{7}, milliseconds(20)).ok());
  gate_.Release();
}

TEST_F(HoldGateTest, AStoppedSinkHoldsNobodyUp) {
  const Status none = gate_.Hold(seconds(5));
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code(), kSinkNotRunning);
  Serve([&](const std::string&, core::Offset, const std::function<bool()>& given_up) -> Status {
    while (!given_up()) woken_.WaitBeyond(woken_.count(), milliseconds(5));
    return Error(kStopAsked);
  });
  ASSERT_TRUE(gate_.Hold(seconds(5)).ok());
  std::thread closing([&] { gate_.Close(); });
  EXPECT_FALSE(gate_.AdvanceTo("shop", core::Offset{7}, seconds(30)).ok());
  closing.join();
}

}  // namespace
}  // namespace renkei::pipeline
