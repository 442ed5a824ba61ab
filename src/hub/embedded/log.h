// One source's log on disk. Thread-safe.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "core/hub.h"
#include "hub/embedded/directory.h"
#include "hub/embedded/hub_time.h"
#include "hub/embedded/log_index.h"
#include "hub/embedded/options.h"

namespace renkei::hub::embedded {

class EmbeddedLog final : public core::Log {
 public:
  // Made or recovered; `folder` is the log's own. All references must outlive the log.
  static Result<std::unique_ptr<EmbeddedLog>> Open(base::io::FileSystem& files, HubTime& time,
                                                   const HubOptions& options, const std::string& source,
                                                   const std::string& folder);

  core::LogId id() const override { return id_; }
  core::Epoch epoch() const override;
  core::Address begin() const override { return index_.begin(); }
  core::Address durable_end() const override { return index_.durable().address; }
  core::LogState State() const override { return index_.CopyState(); }
  Result<std::unique_ptr<core::LogWriter>> OpenWriter() override;
  Result<std::unique_ptr<core::LogReader>> OpenReader(const core::ReadOptions& options) override;
  Status CheckAddress(core::Epoch epoch, core::Address address) const override;
  void Watch(base::Notifier* notifier) override { index_.Watch(notifier); }
  void Unwatch(base::Notifier* notifier) override { index_.Unwatch(notifier); }
  uint64_t size_bytes() const override;

  // Recovers the log if its last writer died and is closed.
  Status RecoverIfDead();
  // While it is held no recovery lists or removes the log's files, and no writer opens or closes.
  std::unique_lock<std::mutex> HoldRecovery();

  // Of a writer: it is gone; dead if it had failed.
  void WriterClosed(bool dead);

  const std::string& source() const { return source_; }
  const std::string& folder() const { return folder_; }
  LogIndex& index() { return index_; }
  // Of the active segment; belongs to the writer while one is open.
  Directory& directory() { return directory_; }

 private:
  EmbeddedLog(base::io::FileSystem& files, HubTime& time, const HubOptions& options, std::string source,
              std::string folder);
  Status Recover();
  Status RecoverIfDeadLocked();
  Status RemoveOrphanedBackfills();

  base::io::FileSystem& files_;
  HubTime& time_;
  const HubOptions& options_;
  const std::string source_;
  const std::string folder_;
  core::LogId id_;
  LogIndex index_;
  Directory directory_;

  std::mutex writer_mutex_;
  bool writer_open_ = false;
  bool dead_ = false;
};

// Writes and syncs a new segment that begins with the log's state, and its entry in the folder.
struct NewSegment {
  SegmentPtr segment;
  std::shared_ptr<base::io::File> file;
  Place first_frame;  // after the state frame
};
Result<NewSegment> MakeSegment(base::io::FileSystem& files, const std::string& folder, FileHeader header,
                               const LogIndex& index);

}  // namespace renkei::hub::embedded
