#include "pipeline/topology.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "hub/all.h"
#include "sinks/all.h"
#include "sources/all.h"

namespace renkei::pipeline {

namespace {

struct MadeSinks {
  std::vector<SinkPart> parts;
  std::vector<Route> routes;
  std::optional<SqlDatabase> sql;
};

Result<MadeSinks> MakeSinks(const config::Config& config, const std::set<std::string>& insert_means_absent) {
  MadeSinks made;
  for (const config::PluginSection& section : config.sinks) {
    ASSIGN_OR_RETURN(sinks::MadeSink sink,
                     sinks::MakeSink(section, {.insert_means_absent = insert_means_absent}));
    made.routes.push_back({.sink = section.name, .from = sink.from});
    if (!made.sql && sink.file && sink.database)
      made.sql = SqlDatabase{.sink = section.name, .open = std::move(sink.database), .file = *sink.file};
    made.parts.push_back({.name = section.name,
                          .type = section.type,
                          .sink = std::move(sink.sink),
                          .pacing = {.apply_cpu = sink.apply_cpu,
                                     .cores = std::max(1U, std::thread::hardware_concurrency()),
                                     .freshness_aim = sink.freshness_aim}});
  }
  return made;
}

std::vector<std::string> SourceNames(const config::Config& config) {
  std::vector<std::string> names;
  for (const config::PluginSection& section : config.sources) names.push_back(section.name);
  return names;
}

}  // namespace

Result<Topology> Assemble(const config::Config& config, const Surroundings& surroundings) {
  Topology topology;
  Parts& parts = topology.parts;
  std::set<std::string> insert_means_absent;
  for (const config::PluginSection& section : config.sources) {
    ASSIGN_OR_RETURN(std::unique_ptr<core::Source> source,
                     sources::MakeSource(section, {.clock = surroundings.clock}));
    if (source->capabilities().insert_means_absent) insert_means_absent.insert(section.name);
    parts.sources.push_back({.name = section.name, .type = section.type, .source = std::move(source)});
  }
  ASSIGN_OR_RETURN(MadeSinks made, MakeSinks(config, insert_means_absent));
  const std::vector<Error> odd = PatternsWithoutSource(Routing(made.routes), SourceNames(config));
  if (!odd.empty()) return odd.front();
  parts.sinks = std::move(made.parts);
  parts.routes = std::move(made.routes);
  topology.sql = std::move(made.sql);
  parts.memory_bytes = config.memory.count;
  RETURN_IF_ERROR(surroundings.files.CreateFolders(config.data_dir));
  ASSIGN_OR_RETURN(parts.hub, hub::MakeHub(config.hub, {.files = surroundings.files,
                                                        .clock = surroundings.clock,
                                                        .data_dir = config.data_dir,
                                                        .accept_clock = surroundings.accept_clock,
                                                        .report = surroundings.report}));
  return topology;
}

Result<Routing> RoutesOf(const config::Config& config) {
  ASSIGN_OR_RETURN(MadeSinks made, MakeSinks(config, {}));
  const std::vector<Error> odd = PatternsWithoutSource(Routing(made.routes), SourceNames(config));
  if (!odd.empty()) return odd.front();
  return Routing(std::move(made.routes));
}

Result<std::optional<SqlDatabase>> SqlDatabaseOf(const config::Config& config) {
  ASSIGN_OR_RETURN(MadeSinks made, MakeSinks(config, {}));
  if (made.sql) made.sql->open = nullptr;
  return std::move(made.sql);
}

}  // namespace renkei::pipeline
