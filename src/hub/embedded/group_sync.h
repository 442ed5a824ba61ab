// Makes what the writer has written durable, with no timer: as soon as one sync has ended and bytes wait, the
// next begins, so that a sync covers all that was written meanwhile. Has its own thread; the writer's thread
// calls the rest.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "hub/embedded/log_index.h"

namespace renkei::hub::embedded {

class GroupSync {
 public:
  GroupSync(LogIndex& index, uint64_t unsynced_bytes_max);
  // Syncs what waits, then ends.
  ~GroupSync();
  GroupSync(const GroupSync&) = delete;
  GroupSync& operator=(const GroupSync&) = delete;

  // The file that is written from now on; nothing may wait.
  void SetFile(std::shared_ptr<base::io::File> file);
  // Blocks while more bytes wait for the disk than may (back-pressure). The error of a failed sync.
  Status WaitForRoom();
  // More bytes were written; the file now ends at `end`.
  void Written(uint64_t bytes, const Place& end);
  // Blocks until all that was written is durable.
  Status WaitAll();

 private:
  void Run();

  LogIndex& index_;
  const uint64_t unsynced_bytes_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<base::io::File> file_;
  Place end_;
  uint64_t written_bytes_ = 0;
  uint64_t synced_bytes_ = 0;
  std::optional<Error> failure_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace renkei::hub::embedded
