// Backoff: how long to wait before the next attempt: doubling from the first delay to the longest, each with
// jitter of a quarter, so that many processes do not come back in step. Pure: it neither waits nor reads a
// clock. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace renkei::pipeline {

class Backoff {
 public:
  struct Options {
    std::chrono::milliseconds first{200};
    std::chrono::milliseconds longest{30'000};
  };
  Backoff(Options options, uint64_t seed) : options_(options), random_(seed) {}

  // The delay before the next attempt; attempts() counts it.
  std::chrono::milliseconds Next();
  // After an attempt that went well for a while.
  void Reset() { attempts_ = 0; }
  uint32_t attempts() const { return attempts_; }

 private:
  Options options_;
  std::mt19937_64 random_;
  uint32_t attempts_ = 0;
};

}  // namespace renkei::pipeline
