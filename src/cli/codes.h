// Messages 1200-1299: the command line.
#pragma once

#include "base/result.h"

namespace renkei::cli {

inline constexpr Code kUsage{1201};               // reason, command
inline constexpr Code kUnknownCommand{1202};      // command, known
inline constexpr Code kUnknownCommandNear{1203};  // command, suggestion, known
inline constexpr Code kFileExists{1210};          // file
inline constexpr Code kInitUrl{1211};             // schemes
inline constexpr Code kNoSuchPage{1220};          // page, known
inline constexpr Code kWellWritten{1230};         // file
inline constexpr Code kReady{1231};               // file, tables
// How far a run is, now and then.
inline constexpr Code kCopyProgress{1240};  // table, rows, estimate, rate, left, others
inline constexpr Code kLiveProgress{1241};  // tables, p50, p99, rate
inline constexpr Code kWaiting{1242};       // part, name, state
inline constexpr Code kCompared{1243};      // table, tables
inline constexpr Code kCopyBegun{1244};     // table, rows, estimate, others

}  // namespace renkei::cli
