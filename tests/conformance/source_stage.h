// What the source suite's cases start with: a log, a capture that runs in a thread of its own and is started
// again when a cut connection ends it, and ways to wait for what it has done.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/notifier.h"
#include "tests/conformance/source_suite.h"
#include "tests/doubles/memory_hub.h"

namespace renkei::conformance {

class SourceStage {
 public:
  SourceStage(SourceHarness& harness, Verdict& verdict);
  ~SourceStage();

  core::Source& source() { return *source_; }
  core::Log& log() { return *log_; }
  void Start();
  // Asks the capture to stop and waits for it.
  void Stop();
  void OrderCopy(const std::string& table);
  // Both tables copied and the stream caught up. False, and noted, if that takes too long.
  bool WaitCopied(const std::string& table);
  bool WaitCaughtUp();
  // So many chunk markers are in the log.
  bool WaitChunks(size_t chunks);

  // The capture is stopped; the log is read, judged, carried to a destination, and the rows there are
  // compared with the database's.
  void CheckTables(const std::vector<std::string>& copied);

 private:
  // Until the condition holds; looked at whenever the log grows.
  bool WaitUntil(const std::function<bool()>& condition, const std::string& what);
  void Run(std::stop_token stop);
  void CheckLog(const std::vector<core::Entry>& entries);

  SourceHarness& harness_;
  Verdict& verdict_;
  doubles::MemoryHub hub_;
  core::Log* log_;
  base::Notifier grown_;
  base::ByteBudget budget_{size_t{64} << 20};
  core::CopyOrders orders_;
  std::map<std::string, core::SnapshotId> ordered_at_;  // copies of the last order are those from here on
  std::unique_ptr<core::Source> source_;
  std::mutex mutex_;
  std::optional<Error> failure_;
  std::atomic<bool> running_{false};
  std::jthread thread_;
};

}  // namespace renkei::conformance
