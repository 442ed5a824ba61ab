// Messages 3010-3099: the embedded hub.
#pragma once

#include "base/result.h"

namespace renkei::hub::embedded {

inline constexpr Code kDamaged{3010};           // path, byte, reason
inline constexpr Code kUnknownFormat{3011};     // path, version, bits
inline constexpr Code kWriterBusy{3012};        // log
inline constexpr Code kAddressGone{3013};       // log, address, begin
inline constexpr Code kAddressBeyondEnd{3014};  // log, address, end
inline constexpr Code kOtherHistory{3015};      // log, address, epoch
inline constexpr Code kSegmentMissing{3016};    // path, previous
inline constexpr Code kUnknownPart{3017};       // log, segment, byte
inline constexpr Code kChunkGone{3018};         // path, byte
inline constexpr Code kFrameTooLarge{3019};     // log, bytes
inline constexpr Code kCursorsDamaged{3020};    // path
inline constexpr Code kUnknownLog{3021};        // log
inline constexpr Code kTornTailCut{3022};       // path, byte, bytes
inline constexpr Code kSubscriptionLost{3023};  // subscription, log, address, begin
inline constexpr Code kClockStepped{3024};      // seconds
inline constexpr Code kOtherLogThere{3025};     // path, expected, found

}  // namespace renkei::hub::embedded
