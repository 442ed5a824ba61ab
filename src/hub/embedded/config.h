// The section `hub: {type: embedded, …}`.
#pragma once

#include <memory>

#include "config/section.h"
#include "core/hub.h"

namespace renkei::hub {
struct HubContext;
}

namespace renkei::hub::embedded {

struct Config {
  config::Duration retention = std::chrono::days(7);
  config::Bytes max_bytes = config::GiB(100);
  config::Bytes segment_bytes = config::MiB(256);
};
const config::Section<Config>& ConfigSection();

// For the registry.
const config::SectionInfo& SectionOfConfig();
// Keeps its files in `hub` under the context's data_dir.
Result<std::unique_ptr<core::Hub>> MakeFromConfig(const config::PluginSection& section,
                                                  const HubContext& context);

}  // namespace renkei::hub::embedded
