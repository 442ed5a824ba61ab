#include "cli/check_report.h"

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

std::string OrAll(const std::string& patterns) { return patterns.empty() ? "all" : patterns; }

}  // namespace

std::string PlanOf(const config::Config& config) {
  TextTable table({{"source"}, {"type"}, {"tables"}, {"sink"}, {"type"}, {"takes"}});
  for (const config::PluginSection& source : config.sources) {
    const std::string tables = OrAll(PatternsOf(source, "tables"));
    if (config.sinks.empty()) table.Add({source.name, source.type, tables, "-", "", ""});
    for (const config::PluginSection& sink : config.sinks) {
      table.Add({source.name, source.type, tables, sink.name, sink.type, OrAll(PatternsOf(sink, "from"))});
    }
  }
  return table.Text();
}

std::string GuaranteeOf(const core::SourceCapabilities& source, const core::SinkCapabilities& sink) {
  using Boundaries = core::SourceCapabilities::Boundaries;
  using Scope = core::SinkCapabilities::AtomicScope;
  const bool once = sink.repeat_safety != core::SinkCapabilities::RepeatSafety::kNone;
  const std::string repeats = once ? "exactly once" : "at least once";
  if (source.boundaries == Boundaries::kNone || sink.atomic_scope == Scope::kRow)
    return repeats + ", row by row";
  const std::string unit =
      source.boundaries == Boundaries::kTransaction ? "whole transactions" : "whole polls";
  return repeats + ", " + unit + (sink.atomic_scope == Scope::kTable ? " per table" : "");
}

std::string TablesOf(const std::vector<CheckedSource>& sources, const std::vector<CheckedSink>& sinks,
                     const std::function<bool(const std::string& sink, const std::string& source,
                                              const std::string& table)>& routed) {
  TextTable table({{"source"}, {"table"}, {"sink"}, {"guarantee"}});
  for (const CheckedSource& source : sources) {
    for (const std::string& name : source.tables) {
      bool taken = false;
      for (const CheckedSink& sink : sinks) {
        if (!routed(sink.name, source.name, name)) continue;
        table.Add({source.name, name, sink.name, GuaranteeOf(source.capabilities, sink.capabilities)});
        taken = true;
      }
      if (!taken) table.Add({source.name, name, "-", "kept in the log only"});
    }
    for (const std::string& name : source.refused) table.Add({source.name, name, "-", "refused"});
  }
  return table.Text();
}

}  // namespace renkei::cli
