// Messages 8000-8999: what a running server answers.
#pragma once

#include "base/result.h"

namespace renkei::serve {

inline constexpr Code kNotRunning{8001};      // socket
inline constexpr Code kNoSuchPath{8002};      // path, known
inline constexpr Code kWrongMethod{8003};     // path, method
inline constexpr Code kWrongParameter{8004};  // name, value, known
inline constexpr Code kNoSqlHere{8005};       //
inline constexpr Code kOddAnswer{8006};       // what
inline constexpr Code kTooManyAtOnce{8007};   // path, most
inline constexpr Code kServerGone{8008};      // socket
inline constexpr Code kNotOpenYet{8009};      // sink, state
inline constexpr Code kServing{8010};         // address
inline constexpr Code kNotServing{8011};      // address, reason
inline constexpr Code kNotKnownYet{8012};     // table, source, state

}  // namespace renkei::serve
