// The configuration of a sink of type `duckdb`.
#pragma once

#include <chrono>

#include "config/section.h"

namespace renkei::sinks::duckdb {

struct Options {
  config::Path path;
  config::TablePatterns from;  // empty: every table
  config::Bytes memory = config::GiB(1);
  int threads = 0;
  config::Percent apply_cpu{25};
  config::Duration freshness_aim = std::chrono::seconds(1);
  config::Duration recovery_target = std::chrono::seconds(10);
};

const config::Section<Options>& OptionsSection();

}  // namespace renkei::sinks::duckdb
