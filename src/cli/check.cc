#include "cli/check.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "cli/check_report.h"
#include "cli/codes.h"
#include "pipeline/topology.h"
#include "sinks/all.h"
#include "sources/all.h"
#include "telemetry/render.h"

namespace renkei::cli {

namespace {

using telemetry::Exit;

// Collects what is wrong while the check goes on to the end.
class Connected {
 public:
  explicit Connected(const Invocation& invocation) : invocation_(invocation) {}

  // Connects, and looks at settings, grants and tables. Nothing if the source can not be used at all.
  std::optional<CheckedSource> CheckSource(const config::PluginSection& section) {
    Result<std::unique_ptr<core::Source>> source = sources::MakeSource(section, {.clock = invocation_.clock});
    if (!source.ok()) return Failed(source.error());
    const Result<core::Findings> findings = (*source)->Check();
    if (!findings.ok()) return Failed(findings.error());
    CheckedSource checked{section.name, (*source)->capabilities(), {}, {}};
    std::set<std::string> refused;
    for (const core::Finding& finding : *findings) {
      Tell(finding.message);
      const bool error = telemetry::SeverityOf(finding.message) == telemetry::Severity::kError;
      if (error && !finding.table.empty()) refused.insert(finding.table);
    }
    checked.refused.assign(refused.begin(), refused.end());
    const Result<std::vector<core::TableSchema>> tables = (*source)->Discover();
    if (!tables.ok()) return Failed(tables.error());
    for (const core::TableSchema& table : *tables) {
      const std::string name = table.qualified_name();
      if (!refused.contains(name)) checked.tables.push_back(name);
    }
    return checked;
  }

  // Prints; an error decides the exit code, the gravest one.
  void Tell(const Error& message) {
    Print(invocation_, message);
    if (telemetry::SeverityOf(message) != telemetry::Severity::kError) return;
    exit_code_ = std::max(exit_code_, static_cast<int>(telemetry::ExitOf(message)));
  }

  int exit_code() const { return exit_code_; }

 private:
  std::nullopt_t Failed(const Error& error) {
    Tell(error);
    return std::nullopt;
  }

  const Invocation& invocation_;
  int exit_code_ = 0;
};

// What is asked of a sink beside what the report shows.
struct SinksToCheck {
  std::vector<CheckedSink> shown;
  std::map<std::string, std::function<std::optional<Error>(const std::string& table)>> refuses;
};

SinksToCheck SinksOf(const config::Config& config, Connected& connected) {
  SinksToCheck checked;
  for (const config::PluginSection& section : config.sinks) {
    Result<sinks::MadeSink> made = sinks::MakeSink(section, {});
    if (made.ok()) {
      checked.shown.push_back({section.name, made->sink->capabilities()});
      checked.refuses[section.name] = std::move(made->refuses);
    } else {
      connected.Tell(made.error());
    }
  }
  return checked;
}

// Tables whose names a sink can not hold.
void CheckNames(const std::vector<CheckedSource>& sources, const SinksToCheck& sinks,
                const pipeline::Routing& routing, Connected& connected) {
  for (const CheckedSource& source : sources) {
    for (const std::string& table : source.tables) {
      for (const std::string& sink : routing.SinksOf(source.name, table)) {
        const auto refuses = sinks.refuses.find(sink);
        if (refuses == sinks.refuses.end()) continue;
        if (const std::optional<Error> why = refuses->second(table)) connected.Tell(*why);
      }
    }
  }
}

int CheckConnected(const Invocation& invocation, const config::Config& config,
                   const pipeline::Routing& routing) {
  Connected connected(invocation);
  std::vector<CheckedSource> checked;
  std::vector<pipeline::SourceTables> found;
  size_t tables = 0;
  for (const config::PluginSection& section : config.sources) {
    std::optional<CheckedSource> source = connected.CheckSource(section);
    if (!source) continue;
    found.push_back({source->name, source->tables});
    tables += source->tables.size();
    checked.push_back(std::move(*source));
  }
  for (const Error& collision : pipeline::FindOwners(routing, found).collisions) connected.Tell(collision);
  const SinksToCheck sinks = SinksOf(config, connected);
  CheckNames(checked, sinks, routing, connected);
  if (!checked.empty()) {
    invocation.out(TablesOf(checked, sinks.shown,
                            [&](const std::string& sink, const std::string& source,
                                const std::string& table) { return routing.Routed(sink, source, table); }));
  }
  if (connected.exit_code() == 0) {
    Print(invocation, Error(kReady, {{"file", config.file}, {"tables", std::to_string(tables)}}));
  }
  return connected.exit_code();
}

}  // namespace

int Check(Invocation& invocation, const CheckOptions& options) {
  const std::optional<config::Config> config = LoadConfig(invocation);
  if (!config) return static_cast<int>(Exit::kWrongInput);
  const Result<pipeline::Routing> routing = pipeline::RoutesOf(*config);
  if (!routing.ok()) return Fail(invocation, routing.error());
  if (options.connect) return CheckConnected(invocation, *config, *routing);
  invocation.out(PlanOf(*config));
  Print(invocation, Error(kWellWritten, {{"file", config->file}}));
  return 0;
}

}  // namespace renkei::cli
