// How an embedded hub is set; what the configuration says and what only tests change.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/io/file.h"
#include "hub/embedded/recovery.h"

namespace renkei::hub::embedded {

struct HubOptions {
  std::string folder;
  std::chrono::milliseconds retention = std::chrono::days(7);
  uint64_t max_bytes = uint64_t{100} << 30;
  uint64_t segment_bytes = uint64_t{256} << 20;
  // Written and not yet synced; above it Append blocks.
  uint64_t unsynced_bytes_max = uint64_t{16} << 20;
  // Of the newest entries, kept for readers near the end.
  uint64_t recent_bytes_max = uint64_t{16} << 20;
  // Follow a wall clock that is more than an hour ahead of the last stored time.
  bool accept_clock = false;
  // Is told what stops nothing: a cut tail, a clock that jumped, a lost subscription. From any thread.
  Report report = [](const Error&) {};
};

}  // namespace renkei::hub::embedded
