// What each code means: severity, what the runtime does about it, the exit code it leads to, and its text in
// English and Japanese. A code is permanent: alerts and runbooks rely on it, so a number is never given a new
// meaning and never used again after its message is gone.
//
// A text says what was expected and what to do. `{field}` is filled from the error's field of that name;
// `{{` and `}}` are braces. Both languages name the same fields. No text names a secret.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"

namespace renkei::telemetry {

enum class Severity : uint8_t { kInfo, kWarning, kError };

// What the runner does after the error: stop loudly; do the same step again later; connect anew first; or try
// again every moment, for as long as it takes somebody else to finish, and say so once.
enum class Retry : uint8_t { kNever, kAfterBackoff, kReconnect, kAwaitOther };

// What the process's exit code says when the error ends it.
enum class Exit : uint8_t {
  kWell = 0,
  kFoundWrong = 1,     // it ran and found something wrong
  kWrongInput = 2,     // the command or the configuration file is wrong
  kOtherSideDown = 3,  // the other side cannot be used: unreachable, a setting or grant missing
};

struct Message {
  Code code;
  Severity severity;
  Retry retry;
  Exit exit;
  std::string_view name;  // snake_case, permanent too: what a person greps for
  std::string_view english;
  std::string_view japanese;
};

// The row of the code, or nullptr. Rows live as long as the program.
const Message* FindMessage(Code code);

// All rows, by number.
std::span<const Message> AllMessages();

}  // namespace renkei::telemetry
