// Messages 1000-1099: files and sockets.
#pragma once

#include "base/result.h"

namespace renkei::base::io {

inline constexpr Code kCannotOpen{1001};     // path, reason
inline constexpr Code kCannotRead{1002};     // path, reason
inline constexpr Code kCannotWrite{1003};    // path, reason
inline constexpr Code kCannotSync{1004};     // path, reason
inline constexpr Code kCannotList{1005};     // path, reason
inline constexpr Code kCannotRemove{1006};   // path, reason
inline constexpr Code kCannotRename{1007};   // path, reason
inline constexpr Code kCannotCreate{1008};   // path, reason
inline constexpr Code kAlreadyLocked{1009};  // path
inline constexpr Code kDiskFull{1010};       // path
inline constexpr Code kCannotListen{1011};   // address, reason
inline constexpr Code kCannotConnect{1012};  // address, reason
inline constexpr Code kHttpBroken{1013};     // reason
inline constexpr Code kStreamBroken{1014};   // address, reason

}  // namespace renkei::base::io
