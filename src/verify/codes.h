// Messages 6000-6999: comparing both sides.
#pragma once

#include "base/result.h"

namespace renkei::verify {

inline constexpr Code kColumnsDiffer{6001};     // table, sink, column
inline constexpr Code kNotComplete{6002};       // table, sink, state
inline constexpr Code kNotReached{6003};        // source, table, position, seconds
inline constexpr Code kNoTableMatches{6004};    // pattern
inline constexpr Code kNothingToVerify{6005};   //
inline constexpr Code kDifferencesFound{6010};  // tables, differing
inline constexpr Code kAllEqual{6011};          // tables, rows, seconds
inline constexpr Code kDifferencesMoved{6012};  // table, sink
inline constexpr Code kRepaired{6020};          // table, sink, rows, read, gone, seconds
inline constexpr Code kNotMended{6021};         // table, sink, differing
inline constexpr Code kCopiedAnew{6022};        // table
inline constexpr Code kNothingToRepair{6023};   //

}  // namespace renkei::verify
