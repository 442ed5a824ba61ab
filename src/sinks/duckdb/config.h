// The configuration of a sink of type `duckdb`.
#pragma once

#include <chrono>

#include "config/section.h"

namespace renkei::sinks::duckdb {

// What a schema change at the source that keeps every stored value does to the columns here.
enum class SchemaChanges : uint8_t {
  kEvolve,  // they follow
  kIgnore,  // they stay, but for what would not fit any more
  kStop,    // the table stops
};

struct Options {
  config::Path path;
  config::TablePatterns from;  // empty: every table
  config::Bytes memory = config::GiB(1);
  SchemaChanges schema_change = SchemaChanges::kEvolve;
  int threads = 0;
  config::Percent apply_cpu{25};
  config::Duration freshness_aim = std::chrono::seconds(1);
  config::Duration recovery_target = std::chrono::seconds(10);
};

const config::Section<Options>& OptionsSection();

}  // namespace renkei::sinks::duckdb
