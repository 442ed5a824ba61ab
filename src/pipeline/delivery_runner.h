// DeliveryRunner: keeps one sink fed from all logs, by cycles (core/sink.h). One thread of its own between
// Start and Join; it never waits for another sink (invariant 5).
//
// Main comes first: live tables are to be fresh. While tables are being copied, main's cycles and the copy's
// take turns; a copy's cycle is cut so that it takes about as long as freshness allows. When what the copy
// has to catch up on fits into one cycle, both end the cycle at the same place, and complete tables appear.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/notifier.h"
#include "core/sink.h"
#include "pipeline/copy_share.h"
#include "pipeline/cycle_pacer.h"
#include "pipeline/hold_gate.h"
#include "pipeline/log_feed.h"
#include "pipeline/runner_context.h"

namespace renkei::pipeline {

struct DeliveryOptions {
  CyclePacer::Options pacing;
  size_t read_ahead_bytes = size_t{16} << 20;       // its part of the delivery stage's budget
  std::chrono::milliseconds open_patience{10'000};  // how long a first opening is tried again
  std::function<void()> on_open = [] {};            // the sink may be asked for its tables now
};

class DeliveryRunner {
 public:
  DeliveryRunner(std::string name, core::Sink& sink, std::vector<std::string> sources, RunnerContext context,
                 DeliveryOptions options, uint64_t seed);
  ~DeliveryRunner();

  void Start();
  // The cycle that runs is finished; nothing after it.
  void RequestStop();
  void Join();
  bool ended() const { return ended_; }

  // For verify; see HoldGate.
  HoldGate& gate() { return gate_; }

 private:
  void Run();
  Status OpenAndDeliver();
  Status OpenFeeds();
  Status Deliver();
  Status FillFeeds();
  // What to do next: a cycle, or how long to wait at most.
  Status Step();
  Status MainCycle();
  Status CopyCycle();
  Status Apply(const std::vector<core::Slice>& slices);
  Status AdvanceTo(const std::string& source, core::Offset offset, const std::function<bool()>& given_up);
  bool Recover(const Error& error);
  // The log no longer reaches back to where the sink is.
  static bool FellOff(const LogFeed& feed, const core::SinkCursor& cursor);
  // Goes on where the log can be read: the tables that lack what went stop in the sink, with their rows as
  // they are, until the copy that is then ordered for each replaces it.
  Status StartAnew(LogFeed& feed, const core::SinkCursor& cursor);
  void DropFeed(size_t place, const Error& error);
  Error NoFeedLeft() const;
  // Waits for new durable frames, or a stop or hold.
  void AwaitData(std::chrono::microseconds at_most);
  bool MainDue() const;
  bool Full() const;
  std::chrono::microseconds OldestAge() const;
  bool AnyLiveTable() const;
  void Report(const std::vector<core::Slice>& slices, const core::CycleReport& report, base::MonoTime began);
  void ShowTables();
  void TellStopped(const Error& notice);
  void ShowPlaces();
  void SetState(RunState state);

  const std::string name_;
  core::Sink& sink_;
  const std::vector<std::string> sources_;
  const RunnerContext context_;
  const DeliveryOptions options_;
  Backoff backoff_;
  CyclePacer pacer_;
  CopyShare copy_share_;
  base::Notifier data_;     // a log has grown, or something for control_
  base::Notifier control_;  // stop or hold
  HoldGate gate_;
  uint64_t data_seen_ = 0;
  std::vector<std::unique_ptr<LogFeed>> feeds_;
  std::vector<core::Log*> watched_;
  std::optional<Error> dropped_;  // why the last feed went
  bool copy_turn_ = false;
  bool opened_once_ = false;
  bool delivered_ = false;  // a cycle went well since the last error
  bool awaits_ = false;     // the last error was that another must finish first; it is said
  base::MonoTime started_;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

}  // namespace renkei::pipeline
