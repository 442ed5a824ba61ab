// Position: a place in a source's history, e.g. a GTID set. Opaque to everybody but the source; it has one
// canonical encoding, so that the log can chain sets by comparing bytes (CORE 1). Only the source orders
// positions.
#pragma once

#include <cstdint>
#include <string>

#include "base/strong.h"

namespace renkei::core {

struct Position {
  std::string bytes;
  bool empty() const { return bytes.empty(); }
  friend bool operator==(const Position&, const Position&) = default;
};

// How one position relates to another.
enum class PositionOrder : uint8_t { kBefore, kEqual, kAfter, kConcurrent, kOtherHistory };

// An order of its own within a log: a source with one order has lane 0 only; each shard and each polling
// group is one.
using Lane = base::Strong<struct LaneTag, uint32_t>;

}  // namespace renkei::core
