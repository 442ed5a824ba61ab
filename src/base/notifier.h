// Notifier: "something changed, look again". One waiter may watch many producers (a sink watches the logs of
// all its sources). A notification between two waits is kept. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace renkei::base {

class Notifier {
 public:
  void Notify() {
    {
      std::lock_guard lock(mutex_);
      ++count_;
    }
    changed_.notify_all();
  }
  uint64_t count() const {
    std::lock_guard lock(mutex_);
    return count_;
  }
  // Waits until the count differs from `seen` or the time is over; the count then.
  uint64_t WaitBeyond(uint64_t seen, std::chrono::microseconds at_most) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, at_most, [&] { return count_ != seen; });
    return count_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t count_ = 0;
};

}  // namespace renkei::base
