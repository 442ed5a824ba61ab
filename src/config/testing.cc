#include "config/testing.h"

#include <algorithm>

#include "base/check.h"
#include "config/yaml.h"

namespace renkei::config {

PluginSection SectionFromText(std::string_view yaml, std::map<std::string, std::string> environment) {
  auto origin = std::make_shared<Origin>();
  origin->file = "test.yaml";
  origin->folder = "/folder";
  origin->environment = [environment = std::move(environment)](const std::string& name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::nullopt : std::optional(found->second);
  };
  Problems problems(origin);
  std::optional<Node> root = ReadYaml(yaml, problems);
  if (!problems.empty()) base::CheckFailed("yaml", 0, "malformed YAML", problems.Sorted().front().Debug());
  PluginSection plugin{"test", {}, root->mark, std::move(*root), std::move(origin)};
  auto& entries = plugin.node.entries;
  const auto type = std::find_if(entries.begin(), entries.end(),
                                 [](const NodeEntry& entry) { return entry.key == "type"; });
  if (type != entries.end()) {
    plugin.type = type->value.text;
    entries.erase(type);
  }
  return plugin;
}

}  // namespace renkei::config
