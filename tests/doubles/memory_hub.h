// A Hub in memory that keeps every promise of core/hub.h, and on demand breaks one, so that the suites can be
// seen to notice. What a Sync has covered survives Crash, as if it were on a disk.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/hub.h"

namespace renkei::doubles {

// What a mutant does wrong.
enum class HubFault : uint8_t {
  kNone,
  kDropsFrame,       // every fifth frame is answered as appended and is not there
  kTakesAnyPrev,     // appends whatever the set continues
  kShowsUnsynced,    // readers see what a crash may take away
  kLosesSynced,      // a crash takes the last durable frame
  kDoublesChunk,     // a chunk's rows come twice
  kForgetsFilter,    // the frames that are of no table are left out with the others
  kMovesCursorBack,  // an earlier acknowledgement unpins nothing, but is taken
};

// What stands on the pretended disk.
struct MemoryStore;

class MemoryHub final : public core::Hub {
 public:
  explicit MemoryHub(HubFault fault = HubFault::kNone);
  ~MemoryHub() override;

  core::HubCapabilities capabilities() const override;
  Result<core::Log*> OpenLog(const std::string& source) override;
  Status Acknowledge(const std::string& subscription, const std::string& source,
                     core::Address address) override;
  Result<std::optional<core::Address>> Cursor(const std::string& subscription,
                                              const std::string& source) override;
  Status ApplyRetention() override { return {}; }

  // Another hub on the same pretended disk, as after a restart.
  std::unique_ptr<MemoryHub> Again() const;
  // On a disk as it is left if this instant is the last: nothing done later reaches it.
  std::unique_ptr<MemoryHub> AfterCrash() const;

 private:
  explicit MemoryHub(std::shared_ptr<MemoryStore> store);
  std::shared_ptr<MemoryStore> store_;
};

}  // namespace renkei::doubles
