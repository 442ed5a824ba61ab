// Topology: what a configuration makes run. The sources, hub and sinks are made, nothing is connected yet;
// the hub alone is opened, which takes the data folder for this process.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/io/file.h"
#include "base/result.h"
#include "config/config.h"
#include "duckdb/database.h"
#include "pipeline/pipeline.h"

namespace renkei::pipeline {

struct Surroundings {
  base::io::FileSystem& files;
  const base::Clock& clock;
  std::function<void(const Error&)> report;  // what stops nothing; from any thread
  bool accept_clock = false;                 // the hub follows a clock that has stepped forward
};

// Where people's SQL runs.
struct SqlDatabase {
  std::string sink;
  // As the running sink has it open; null before that.
  std::function<std::shared_ptr<renkei::duckdb::Database>()> open;
  // As a reader opens it while nothing runs.
  renkei::duckdb::DatabaseOptions file;
};

struct Topology {
  Parts parts;
  std::optional<SqlDatabase> sql;  // of the first sink that answers SQL
};

// Errors: those of the plug-ins' sections, kUnknownSource, the hub's. Makes data_dir.
Result<Topology> Assemble(const config::Config& config, const Surroundings& surroundings);

// The routes of the configuration, without making anything run.
Result<Routing> RoutesOf(const config::Config& config);
// Where SQL runs, for a reader beside no server; nothing if no sink answers SQL.
Result<std::optional<SqlDatabase>> SqlDatabaseOf(const config::Config& config);

}  // namespace renkei::pipeline
