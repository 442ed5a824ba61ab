// CaptureHarness: a source captured into an embedded hub, and what its log says each table holds: the model
// that a destination would have.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/io/file.h"
#include "base/io/memory_file_system.h"
#include "base/io/system_clock.h"
#include "core/source.h"
#include "hub/embedded/hub.h"

namespace renkei::sources::mysql::testing {

// The rows of a table as text, by key as text.
using Rows = std::map<std::string, std::string>;

// Where the two differ, shortly: "" if nowhere.
std::string Difference(const Rows& expected, const Rows& found);

// One cell as text: NULL, its number, or its text; bytes as hex.
std::string ShowCell(const core::Column& column, uint32_t row);

class CaptureHarness final : public core::CaptureObserver {
 public:
  // Of the section's YAML.
  explicit CaptureHarness(const std::string& section);
  ~CaptureHarness() override;

  // Another section from now on, with the same log.
  void Use(const std::string& section);
  void Start();
  // Stops and hands back what Capture answered.
  Status Stop();
  // Waits until Capture returns by itself.
  Status WaitForEnd();
  void Order(const std::string& table) { orders_.Push({table, {"sink"}}); }
  void OrderAll();
  // Waits until the head of the log contains what is committed now; false when time is over or the capture
  // ended.
  bool WaitUntilCaughtUp();
  bool WaitUntilCopied(const std::string& table);
  bool WaitUntilStopped(const std::string& table);
  bool WaitUntil(const std::function<bool()>& condition);

  // What the log holds of the table: its last copy and the changes since, as a sink would apply them.
  Rows Apply(const std::string& table);
  // What the database holds now.
  Rows Read(const std::string& table);

  core::Source& source() { return *source_; }
  core::Log& log() { return *log_; }
  core::LogState State() { return log_->State(); }
  // Entries of the log from its beginning.
  std::vector<core::Entry> Entries();
  std::map<std::string, Error> stopped();
  std::vector<Error> events();
  uint64_t rows_captured();
  uint64_t rows_copied();
  base::ByteBudget& budget() { return budget_; }

  // core::CaptureObserver
  void OnConnected(const std::string&) override {}
  void OnCaughtUp(bool) override {}
  void OnPosition(const core::Position&, const std::string&) override {}
  void OnRowsCaptured(uint64_t transactions, uint64_t rows, uint64_t bytes) override;
  void OnCopyProgress(const std::string& table, uint64_t rows, uint64_t estimated, bool ended) override;
  void OnTableStopped(const std::string& table, const Error& why) override;
  void OnEvent(const Error& message) override;

 private:
  bool Wait(const std::function<bool()>& condition);
  // Until an entry of the log that a reader sees answers yes.
  bool WaitForEntry(const std::function<bool(const core::Entry&)>& wanted);

  base::io::SystemClock clock_;
  base::io::MemoryFileSystem files_;
  std::unique_ptr<hub::embedded::EmbeddedHub> hub_;
  base::Notifier durable_;
  core::Log* log_ = nullptr;
  std::unique_ptr<core::Source> source_;
  base::ByteBudget budget_{size_t{256} << 20};
  core::CopyOrders orders_;

  std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t rows_captured_ = 0;
  std::map<std::string, uint64_t> rows_copied_;
  std::map<std::string, Error> stopped_;
  std::vector<Error> events_;
  std::optional<Status> ended_;
  std::jthread thread_;
};

}  // namespace renkei::sources::mysql::testing
