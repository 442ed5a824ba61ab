#include "hub/all.h"

#include "hub/embedded/config.h"
#include "hub/embedded/hub.h"

namespace renkei::hub {

namespace {

struct Kind {
  const char* type;
  const config::SectionInfo& section;
  Result<std::unique_ptr<core::Hub>> (*make)(const config::PluginSection&, const HubContext&);
};

Result<std::unique_ptr<core::Hub>> MakeEmbedded(const config::PluginSection& section,
                                                const HubContext& context) {
  ASSIGN_OR_RETURN(embedded::HubOptions options, embedded::ReadOptions(section, context.data_dir));
  options.accept_clock = context.accept_clock;
  options.report = context.report;
  ASSIGN_OR_RETURN(auto hub, embedded::EmbeddedHub::Open(context.files, context.clock, std::move(options)));
  return std::unique_ptr<core::Hub>(std::move(hub));
}

const std::vector<Kind>& Kinds() {
  static const std::vector<Kind> kinds = {
      {"embedded", embedded::ConfigSection(), MakeEmbedded},
  };
  return kinds;
}

}  // namespace

std::vector<config::PluginKind> HubKinds() {
  std::vector<config::PluginKind> kinds;
  for (const Kind& kind : Kinds()) kinds.push_back({kind.type, &kind.section});
  return kinds;
}

Result<std::unique_ptr<core::Hub>> MakeHub(const config::PluginSection& section, const HubContext& context) {
  for (const Kind& kind : Kinds()) {
    if (section.type == kind.type) return kind.make(section, context);
  }
  base::CheckFailed(__FILE__, __LINE__, "a hub of this type", section.type);
}

}  // namespace renkei::hub
