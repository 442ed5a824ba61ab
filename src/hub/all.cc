#include "hub/all.h"

#include "hub/embedded/config.h"

namespace renkei::hub {

namespace {

struct Kind {
  const char* type;
  const config::SectionInfo& (*section)();
  Result<std::unique_ptr<core::Hub>> (*make)(const config::PluginSection&, const HubContext&);
};

constexpr Kind kKinds[] = {
    {"embedded", embedded::SectionOfConfig, embedded::MakeFromConfig},
};

}  // namespace

std::vector<config::PluginKind> HubKinds() {
  std::vector<config::PluginKind> kinds;
  for (const Kind& kind : kKinds) kinds.push_back({kind.type, &kind.section()});
  return kinds;
}

Result<std::unique_ptr<core::Hub>> MakeHub(const config::PluginSection& section, const HubContext& context) {
  for (const Kind& kind : kKinds) {
    if (section.type == kind.type) return kind.make(section, context);
  }
  base::CheckFailed(__FILE__, __LINE__, "a hub of this type", section.type);
}

}  // namespace renkei::hub
