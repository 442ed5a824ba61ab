// ${VARIABLE} in a text: filled in after YAML is parsed, so that no value can change the file's meaning.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "config/node.h"
#include "config/problems.h"

namespace renkei::config {

// The text with every ${NAME} filled in; `$${` stands for `${`. Literal stretches pass `literal` (percent
// decoding), values do not. nullopt after a report (kNoVariable, kVariableForm), or when `literal` refused.
std::optional<std::string> FillVariables(
    std::string_view text, Mark mark, const std::string& key, Problems& problems,
    const std::function<std::optional<std::string>(std::string_view)>& literal = nullptr);

// Whether the text is one ${NAME} and nothing else.
bool IsOneVariable(std::string_view text);

}  // namespace renkei::config
