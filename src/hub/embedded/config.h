// The section `hub: {type: embedded, …}`.
#pragma once

#include <string>

#include "config/section.h"
#include "hub/embedded/options.h"

namespace renkei::hub::embedded {

struct Config {
  config::Duration retention = std::chrono::days(7);
  config::Bytes max_bytes = config::GiB(100);
  config::Bytes segment_bytes = config::MiB(256);
};
const config::Section<Config>& ConfigSection();

// Its files stand in `hub` under the data folder.
Result<HubOptions> ReadOptions(const config::PluginSection& section, const std::string& data_dir);

}  // namespace renkei::hub::embedded
