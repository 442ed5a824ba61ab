// What `renkei check` prints: where every table goes and what is promised on the way.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/sink.h"
#include "core/source.h"

namespace renkei::cli {

// From the configuration alone: patterns × sinks.
std::string PlanOf(const config::Config& config);

// One source as it was found.
struct CheckedSource {
  std::string name;
  core::SourceCapabilities capabilities;
  std::vector<std::string> tables;   // that can be captured
  std::vector<std::string> refused;  // that the configuration selects and that can not be captured
};

struct CheckedSink {
  std::string name;
  core::SinkCapabilities capabilities;
};

// "exactly once, whole transactions": what the two promise together.
std::string GuaranteeOf(const core::SourceCapabilities& source, const core::SinkCapabilities& sink);

// From the databases: tables × sinks; `routed` says which sink gets which table. A table that no sink gets,
// or that is refused, has its line too.
std::string TablesOf(const std::vector<CheckedSource>& sources, const std::vector<CheckedSink>& sinks,
                     const std::function<bool(const std::string& sink, const std::string& source,
                                              const std::string& table)>& routed);

}  // namespace renkei::cli
