#include "sinks/all.h"

#include "base/check.h"
#include "sinks/duckdb/config.h"
#include "sinks/duckdb/naming.h"
#include "sinks/duckdb/sink.h"

namespace renkei::sinks {

namespace {

Result<MadeSink> MakeDuckdb(const config::PluginSection& plugin, const SinkContext& context) {
  ASSIGN_OR_RETURN(const duckdb::Options options, duckdb::OptionsSection().Read(plugin));
  auto sink = std::make_unique<duckdb::DuckdbSink>(plugin.name, options, context.insert_means_absent);
  const duckdb::DuckdbSink* borrowed = sink.get();
  MadeSink made;
  made.sink = std::move(sink);
  made.from = options.from;
  made.apply_cpu = options.apply_cpu.fraction();
  made.freshness_aim = options.freshness_aim;
  made.refuses = duckdb::RefuseName;
  made.file = renkei::duckdb::DatabaseOptions{.path = options.path.text,
                                              .read_only = true,
                                              .memory_bytes = options.memory.count,
                                              .threads = options.threads};
  made.database = [borrowed] { return borrowed->database(); };
  return made;
}

}  // namespace

const std::vector<SinkKind>& AllSinks() {
  static const std::vector<SinkKind> kinds = {
      {"duckdb", &duckdb::OptionsSection(), MakeDuckdb},
  };
  return kinds;
}

Result<MadeSink> MakeSink(const config::PluginSection& plugin, const SinkContext& context) {
  for (const SinkKind& kind : AllSinks()) {
    if (kind.type == plugin.type) return kind.make(plugin, context);
  }
  base::CheckFailed(__FILE__, __LINE__, "a known type of sink", plugin.type);
}

}  // namespace renkei::sinks
