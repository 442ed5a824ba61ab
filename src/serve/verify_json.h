// Results of verify between a server and its command line: one JSON object a line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "verify/verify.h"

namespace renkei::serve {

std::string VerifyJson(const verify::TableResult& result);
// Nothing if the text is no such result.
std::optional<verify::TableResult> VerifyFromJson(std::string_view json);

}  // namespace renkei::serve
