// Messages 7000-7099: SQL against the warehouse.
#pragma once

#include "base/result.h"

namespace renkei::warehouse {

inline constexpr Code kNotOneStatement{7001};  // count
inline constexpr Code kNotReadOnly{7002};
inline constexpr Code kHiddenSchema{7003};
inline constexpr Code kBeingCopied{7004};       // table, rows, estimate
inline constexpr Code kUnknownTable{7005};      // table
inline constexpr Code kUnknownTableNear{7006};  // table, suggestion
inline constexpr Code kTimedOut{7007};          // timeout_ms
inline constexpr Code kNeverComplete{7008};     // table
inline constexpr Code kReaderGone{7009};

}  // namespace renkei::warehouse
