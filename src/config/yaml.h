// YAML text to a tree. A plain subset: one document of mappings, lists and texts. Refused, each by its own
// message: tabs in indentation, a key given twice, anchors and aliases, unquoted `!x` and `*x`, a second
// document, bytes that are not UTF-8, keys that are not text, more than kDeepest levels.
#pragma once

#include <optional>
#include <string_view>

#include "config/node.h"
#include "config/problems.h"

namespace renkei::config {

constexpr int kDeepest = 32;

// nullopt after a report that leaves no tree; a key given twice is reported and its first value kept.
std::optional<Node> ReadYaml(std::string_view text, Problems& problems);

}  // namespace renkei::config
