// The kinds of source there are. A new one is its folder and its line in all.cc.
#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "config/config.h"
#include "core/source.h"

namespace renkei::sources {

// What a source is given besides its section. The references must outlive the source.
struct SourceContext {
  const base::Clock& clock;
};

// For the configuration.
std::vector<config::PluginKind> SourceKinds();

// Makes the source that the section describes; its type is one of SourceKinds. Connects to nothing.
Result<std::unique_ptr<core::Source>> MakeSource(const config::PluginSection& section,
                                                 const SourceContext& context);

}  // namespace renkei::sources
