#include "cli/check.h"

#include <fmt/format.h>

#include "cli/text_table.h"

namespace renkei::cli {

namespace {

// The patterns under `key` as the file has them, "" if there are none.
std::string PatternsOf(const config::PluginSection& plugin, const std::string& key) {
  const config::Node* node = plugin.node.Find(key);
  if (node == nullptr) return {};
  if (node->kind == config::Node::Kind::kText) return node->text;
  std::vector<std::string> patterns;
  for (const config::Node& item : node->items) {
    const config::Node* name = item.Find("name");
    patterns.push_back(name != nullptr ? name->text : item.text);
  }
  return config::Listed(patterns);
}

std::string RoutesOf(const config::Config& config) {
  TextTable table({{"source"}, {"type"}, {"tables"}, {"sink"}, {"type"}, {"takes"}});
  for (const config::PluginSection& source : config.sources) {
    if (config.sinks.empty())
      table.Add({source.name, source.type, PatternsOf(source, "tables"), "-", "", ""});
    for (const config::PluginSection& sink : config.sinks) {
      const std::string from = PatternsOf(sink, "from");
      table.Add({source.name, source.type, PatternsOf(source, "tables"), sink.name, sink.type,
                 from.empty() ? "all" : from});
    }
  }
  return table.Text();
}

}  // namespace

int Check(Invocation& invocation, const CheckOptions&) {
  const std::optional<config::Config> config = LoadConfig(invocation);
  if (!config) return static_cast<int>(telemetry::Exit::kWrongInput);
  invocation.out(RoutesOf(*config));
  return 0;
}

}  // namespace renkei::cli
