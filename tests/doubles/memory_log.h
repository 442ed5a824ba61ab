// A log of the MemoryHub.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tests/doubles/memory_hub.h"

namespace renkei::doubles {

// Thread-safe, as core::Log is.
class MemoryLog final : public core::Log {
 public:
  MemoryLog(std::string source, core::LogId id, HubFault fault);

  core::LogId id() const override { return id_; }
  core::Epoch epoch() const override;
  core::Address begin() const override;
  core::Address durable_end() const override;
  core::LogState State() const override;
  Result<std::unique_ptr<core::LogWriter>> OpenWriter() override;
  Result<std::unique_ptr<core::LogReader>> OpenReader(const core::ReadOptions& options) override;
  Status CheckAddress(core::Epoch epoch, core::Address address) const override;
  void Watch(base::Notifier* notifier) override;
  void Unwatch(base::Notifier* notifier) override;
  uint64_t size_bytes() const override;

  // What stands before the address can not be read any more.
  void ForgetBefore(core::Address address);
  // The log without what no Sync covered, in its next epoch.
  std::unique_ptr<MemoryLog> AfterCrash() const;

 private:
  friend class MemoryWriter;
  friend class MemoryReader;

  core::Address end() const { return frames_.empty() ? core::Address{} : frames_.back().next; }
  core::Entry& Push(core::EntryBody body, uint32_t transactions, size_t bytes);
  void MakeDurable();

  const std::string source_;
  const core::LogId id_;
  const HubFault fault_;
  mutable std::mutex mutex_;
  std::vector<core::Entry> frames_;
  size_t durable_frames_ = 0;
  std::vector<std::pair<core::Epoch, core::Address>> epochs_;
  std::vector<core::Changes> parts_;
  std::map<std::pair<uint32_t /*snapshot*/, uint64_t>, core::Batch> chunks_;
  core::LogState state_;
  core::Address begin_;
  bool writer_open_ = false;
  uint64_t appended_ = 0;
  std::mutex watchers_mutex_;
  std::vector<base::Notifier*> watchers_;
};

}  // namespace renkei::doubles
