// Messages 4000-4099: DuckDB. `reason` is DuckDB's own text.
#pragma once

#include "base/result.h"

namespace renkei::duckdb {

inline constexpr Code kCannotOpen{4001};   // path, reason
inline constexpr Code kFileInUse{4002};    // path, holder
inline constexpr Code kNoFile{4003};       // path
inline constexpr Code kOutOfMemory{4004};  // reason
inline constexpr Code kInterrupted{4005};
inline constexpr Code kDisk{4006};           // reason
inline constexpr Code kConflict{4007};       // reason
inline constexpr Code kUnusable{4008};       // reason
inline constexpr Code kRefused{4009};        // reason
inline constexpr Code kBadStatement{4010};   // reason
inline constexpr Code kBadValue{4011};       // reason
inline constexpr Code kNotUtf8{4012};        // column
inline constexpr Code kUnknownType{4013};    // column, type
inline constexpr Code kInternal{4014};       // reason
inline constexpr Code kNoValue{4015};        // column
inline constexpr Code kFileBeingRead{4016};  // path, holder

}  // namespace renkei::duckdb
