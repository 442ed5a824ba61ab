// Errors between a server and its command line, which shows them in its own language.
//
//   error := {"code": 5031, "name": "RK5031", "text": "...", "fields": {"sink": "warehouse"}}
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace renkei::serve {

std::string ErrorJson(const Error& error);
// Nothing if the text is no such error.
std::optional<Error> ErrorFromJson(std::string_view json);

}  // namespace renkei::serve
