// The cases of the hub suite and what they need of a hub. A plug-in's test includes hub_conformance.h.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/hub.h"
#include "tests/conformance/verdict.h"

namespace renkei::conformance {

// One hub's disk (or whatever it stands on), empty at first.
class HubHarness {
 public:
  virtual ~HubHarness() = default;
  // The hub on it. The one opened before is gone.
  virtual Result<std::unique_ptr<core::Hub>> Open() = 0;
  // As kill -9 or a power cut at this instant: what no Sync covered may be lost, and nothing that the open
  // hub, its writers and readers do from here on has any effect. They are destroyed right after.
  virtual void Crash() = 0;
};

struct HubCase {
  std::string name;
  std::function<void(HubHarness&, Verdict&)> run;
};
std::vector<HubCase> HubCases();

using MakeHubHarness = std::function<std::unique_ptr<HubHarness>()>;

}  // namespace renkei::conformance
