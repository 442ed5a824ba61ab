// The hubs there are. A new one is a folder and a line in all.cc.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/io/file.h"
#include "config/config.h"
#include "core/hub.h"

namespace renkei::hub {

// What a hub is given besides its section. The references must outlive the hub.
struct HubContext {
  base::io::FileSystem& files;
  const base::Clock& clock;
  std::string data_dir;
  // Follow a wall clock that is more than an hour ahead of the last stored time (`--accept-clock`).
  bool accept_clock = false;
  // Is told what stops nothing: a cut tail, a clock that jumped, a lost subscription. From any thread.
  std::function<void(const Error&)> report = [](const Error&) {};
};

// For the configuration; the first is what a file without `hub:` gets.
std::vector<config::PluginKind> HubKinds();

// The section's type is one of HubKinds.
Result<std::unique_ptr<core::Hub>> MakeHub(const config::PluginSection& section, const HubContext& context);

}  // namespace renkei::hub
