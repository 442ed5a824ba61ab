#include "hub/embedded/config.h"

namespace renkei::hub::embedded {

const config::Section<Config>& ConfigSection() {
  static const config::Section<Config> section(
      "embedded", "The log that Renkei keeps itself, under data_dir.", [](auto& hub) {
        hub.Field("retention", &Config::retention,
                  "How long changes are kept for subscriptions that want to read them again.")
            .Range(std::chrono::minutes(1), std::chrono::days(3650));
        hub.Field("max_bytes", &Config::max_bytes,
                  "How large the hub may grow; above it the oldest changes go, read or not.")
            .Range(config::MiB(1), config::Bytes{uint64_t{1} << 50});
        hub.Field("segment_bytes", &Config::segment_bytes,
                  "How large one file of a log grows; files go as a whole.")
            .Range(config::Bytes{uint64_t{64} << 10}, config::GiB(16));
      });
  return section;
}

Result<HubOptions> ReadOptions(const config::PluginSection& section, const std::string& data_dir) {
  ASSIGN_OR_RETURN(const Config config, ConfigSection().Read(section));
  HubOptions options;
  options.folder = data_dir + "/hub";
  options.retention = config.retention;
  options.max_bytes = config.max_bytes.count;
  options.segment_bytes = config.segment_bytes.count;
  return options;
}

}  // namespace renkei::hub::embedded
