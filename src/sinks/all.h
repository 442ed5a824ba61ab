// The kinds of sink there are. A new one is its folder and its line in all.cc.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/patterns.h"
#include "config/plugin_section.h"
#include "config/values.h"
#include "core/sink.h"
#include "duckdb/database.h"

namespace renkei::sinks {

struct SinkContext {
  // The sources that declare that an insert's key did not exist.
  std::set<std::string> insert_means_absent;
};

struct MadeSink {
  std::unique_ptr<core::Sink> sink;
  config::TablePatterns from;  // empty: every table
  double apply_cpu = 1.0;      // share of the processors
  config::Duration freshness_aim{};
  // Why the sink can not hold a table of this name ("shop.orders"), if so.
  std::function<std::optional<Error>(const std::string& table)> refuses = [](const std::string&) {
    return std::optional<Error>();
  };
  // Where people's SQL runs: the file as a reader opens it, and the database as the sink has it open (null
  // before Open; empty functions for sinks that answer no SQL). The function must not outlive the sink.
  std::optional<renkei::duckdb::DatabaseOptions> file;
  std::function<std::shared_ptr<renkei::duckdb::Database>()> database;
};

struct SinkKind {
  std::string type;  // the word after `type:`
  const config::SectionInfo* section = nullptr;
  Result<MadeSink> (*make)(const config::PluginSection& plugin, const SinkContext& context) = nullptr;
};

const std::vector<SinkKind>& AllSinks();

// Makes the sink that the section describes. The type must be one of AllSinks.
Result<MadeSink> MakeSink(const config::PluginSection& plugin, const SinkContext& context);

}  // namespace renkei::sinks
