#include "pipeline/hold_gate.h"

#include "pipeline/codes.h"

namespace renkei::pipeline {

Status HoldGate::Hold(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, at_most, [&] { return !wanted_ || closed_; }))
    return Error(kHeldElsewhere, {{"sink", sink_}});
  if (closed_) return Error(kSinkNotRunning, {{"sink", sink_}});
  wanted_ = true;
  lock.unlock();
  wake_();
  lock.lock();
  changed_.wait_for(lock, at_most, [&] { return held_ || closed_; });
  if (held_) return {};
  wanted_ = false;
  changed_.notify_all();
  if (closed_) return Error(kSinkNotRunning, {{"sink", sink_}});
  return Error(kHoldRefused, {{"sink", sink_}, {"seconds", std::to_string(at_most.count() / 1000)}});
}

Status HoldGate::AdvanceTo(const std::string& source, core::Offset offset,
                           std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  if (!held_) return Error(kSinkNotRunning, {{"sink", sink_}});
  order_ = Order{.source = source, .offset = offset, .outcome = std::nullopt};
  changed_.notify_all();
  const auto done = [&] { return order_->outcome || closed_; };
  if (!changed_.wait_for(lock, at_most, done)) {
    // The thread is inside a cycle; it looks at given_up after it.
    order_->given_up = true;
    changed_.wait(lock, [&] { return order_->outcome || closed_ || !order_->taken; });
  }
  const std::optional<Status> outcome = order_->outcome;
  order_.reset();
  if (outcome) return *outcome;
  if (closed_) return Error(kSinkNotRunning, {{"sink", sink_}});
  return Error(kHoldTimedOut, {{"sink", sink_},
                               {"offset", std::to_string(offset.value)},
                               {"seconds", std::to_string(at_most.count() / 1000)}});
}

void HoldGate::Release() {
  {
    std::lock_guard lock(mutex_);
    wanted_ = false;
  }
  changed_.notify_all();
}

bool HoldGate::wanted() const {
  std::lock_guard lock(mutex_);
  return wanted_;
}

void HoldGate::Serve(const Advance& advance) {
  std::unique_lock lock(mutex_);
  held_ = wanted_;
  changed_.notify_all();
  while (wanted_ && !closed_) {
    changed_.wait(lock, [&] {
      return !wanted_ || closed_ || (order_ && !order_->taken && !order_->outcome && !order_->given_up);
    });
    if (!wanted_ || closed_) break;
    order_->taken = true;
    const Order order = *order_;
    lock.unlock();
    const Status outcome = advance(order.source, order.offset, [&] {
      std::lock_guard relock(mutex_);
      return closed_ || !wanted_ || !order_ || order_->given_up;
    });
    lock.lock();
    if (order_) order_->outcome = outcome;
    changed_.notify_all();
  }
  held_ = false;
  changed_.notify_all();
}

void HoldGate::Close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

void HoldGate::Open() {
  std::lock_guard lock(mutex_);
  closed_ = false;
}

}  // namespace renkei::pipeline
