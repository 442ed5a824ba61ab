#include "hub/embedded/group_sync.h"

#include "base/kill_point.h"

namespace renkei::hub::embedded {

GroupSync::GroupSync(LogIndex& index, uint64_t unsynced_bytes_max)
    : index_(index), unsynced_bytes_max_(unsynced_bytes_max), thread_([this] { Run(); }) {}

GroupSync::~GroupSync() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void GroupSync::SetFile(std::shared_ptr<base::io::File> file) {
  std::lock_guard lock(mutex_);
  CHECK_EQ(written_bytes_, synced_bytes_);
  file_ = std::move(file);
}

Status GroupSync::WaitForRoom() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock,
                [&] { return failure_.has_value() || written_bytes_ - synced_bytes_ < unsynced_bytes_max_; });
  if (failure_.has_value()) return *failure_;
  return {};
}

void GroupSync::Written(uint64_t bytes, const Place& end) {
  {
    std::lock_guard lock(mutex_);
    written_bytes_ += bytes;
    end_ = end;
  }
  changed_.notify_all();
}

Status GroupSync::WaitAll() {
  std::unique_lock lock(mutex_);
  const uint64_t all = written_bytes_;
  changed_.wait(lock, [&] { return failure_.has_value() || synced_bytes_ >= all; });
  if (failure_.has_value()) return *failure_;
  return {};
}

void GroupSync::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || written_bytes_ > synced_bytes_; });
    if (written_bytes_ == synced_bytes_ || failure_.has_value()) return;
    const std::shared_ptr<base::io::File> file = file_;
    const uint64_t bytes = written_bytes_;
    const Place end = end_;
    lock.unlock();
    const Status synced = file->Sync();
    if (synced.ok()) {
      base::KillPoint("hub_after_sync");
      index_.MadeDurable(end);  // invariant 2: visible and acknowledged only from here on
    }
    lock.lock();
    if (synced.ok()) {
      synced_bytes_ = bytes;
    } else {
      failure_ = synced.error();
    }
    changed_.notify_all();
  }
}

}  // namespace renkei::hub::embedded
