// Messages 3000-3009: the encoded forms of what flows.
#pragma once

#include "base/result.h"

namespace renkei::core {

inline constexpr Code kMalformedBody{3000};  // what, byte
inline constexpr Code kUnknownForm{3001};    // what, form

}  // namespace renkei::core
