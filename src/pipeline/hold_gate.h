// HoldGate: lets another thread (verify) stop a sink's cycles, have it go exactly to an offset, look, and let
// it go on. The delivery thread serves the gate between cycles. One hold at a time; another waits.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "core/log_entry.h"

namespace renkei::pipeline {

class HoldGate {
 public:
  // `wake` makes the delivery thread look at wanted(); called from Hold.
  HoldGate(std::string sink, std::function<void()> wake) : sink_(std::move(sink)), wake_(std::move(wake)) {}

  // --- the side that holds; any thread ---
  // Waits until no cycle runs and none will. kHeldElsewhere, kSinkNotRunning, kHoldTimedOut.
  Status Hold(std::chrono::milliseconds at_most);
  // Held only: applies one source's log exactly up to the offset.
  Status AdvanceTo(const std::string& source, core::Offset offset, std::chrono::milliseconds at_most);
  void Release();

  // --- the delivery thread ---
  bool wanted() const;
  // Applies up to the order's offset, giving up when `given_up` is.
  using Advance = std::function<Status(const std::string& source, core::Offset offset,
                                       const std::function<bool()>& given_up)>;
  // Holds until released or closed, running what AdvanceTo asks for.
  void Serve(const Advance& advance);
  // From now on every call of the other side answers kSinkNotRunning.
  void Close();
  void Open();

 private:
  struct Order {
    std::string source;
    core::Offset offset;
    bool taken = false;
    bool given_up = false;
    std::optional<Status> outcome;
  };
  std::string sink_;
  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool closed_ = true;
  bool wanted_ = false;
  bool held_ = false;
  std::optional<Order> order_;
};

}  // namespace renkei::pipeline
