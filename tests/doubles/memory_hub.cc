#include "tests/doubles/memory_hub.h"

#include <fmt/format.h>

#include "hub/embedded/codes.h"
#include "tests/doubles/memory_log.h"

namespace renkei::doubles {

struct MemoryStore {
  const HubFault fault;
  std::mutex mutex;
  std::map<std::string, std::unique_ptr<MemoryLog>> logs;
  std::map<std::pair<std::string, std::string>, core::Address> cursors;
};

MemoryHub::MemoryHub(HubFault fault) : store_(new MemoryStore{fault, {}, {}, {}}) {}
MemoryHub::MemoryHub(std::shared_ptr<MemoryStore> store) : store_(std::move(store)) {}
MemoryHub::~MemoryHub() = default;

core::HubCapabilities MemoryHub::capabilities() const {
  core::HubCapabilities capabilities;
  capabilities.append = core::HubCapabilities::Append::kCompare;
  capabilities.frame_bytes_max = size_t{1} << 30;
  capabilities.seek_by_offset = true;
  return capabilities;
}

Result<core::Log*> MemoryHub::OpenLog(const std::string& source) {
  std::lock_guard lock(store_->mutex);
  std::unique_ptr<MemoryLog>& log = store_->logs[source];
  if (log == nullptr) {
    log = std::make_unique<MemoryLog>(source, fmt::format("{:032x}", store_->logs.size()), store_->fault);
  }
  return log.get();
}

Status MemoryHub::Acknowledge(const std::string& subscription, const std::string& source,
                              core::Address address) {
  std::lock_guard lock(store_->mutex);
  const auto log = store_->logs.find(source);
  if (log == store_->logs.end()) return Error(hub::embedded::kUnknownLog, {{"log", source}});
  if (address > log->second->durable_end()) {
    return Error(hub::embedded::kAddressBeyondEnd, {{"log", source}});
  }
  core::Address& cursor = store_->cursors[{subscription, source}];
  cursor = store_->fault == HubFault::kMovesCursorBack ? address : std::max(cursor, address);
  return {};
}

Result<std::optional<core::Address>> MemoryHub::Cursor(const std::string& subscription,
                                                       const std::string& source) {
  std::lock_guard lock(store_->mutex);
  const auto found = store_->cursors.find({subscription, source});
  return found == store_->cursors.end() ? std::optional<core::Address>() : std::optional(found->second);
}

std::unique_ptr<MemoryHub> MemoryHub::Again() const {
  return std::unique_ptr<MemoryHub>(new MemoryHub(store_));
}

std::unique_ptr<MemoryHub> MemoryHub::AfterCrash() const {
  std::lock_guard lock(store_->mutex);
  std::shared_ptr<MemoryStore> after(new MemoryStore{store_->fault, {}, {}, store_->cursors});
  for (const auto& [source, log] : store_->logs) after->logs[source] = log->AfterCrash();
  return std::unique_ptr<MemoryHub>(new MemoryHub(std::move(after)));
}

}  // namespace renkei::doubles
