// CaptureRunner: keeps one source's capture running: opens its log, checks the source, orders the copies that
// are missing, captures; after an error that is worth it, again after a growing delay; after any other it
// stops loudly, and everything else goes on. One thread of its own between Start and Join.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "core/source.h"
#include "pipeline/backoff.h"
#include "pipeline/runner_context.h"

namespace renkei::pipeline {

class CaptureRunner final : private core::CaptureObserver {
 public:
  // `on_tables`: told when the source's tables are known, or known not to be; any sink may lack some then.
  CaptureRunner(std::string name, core::Source& source, RunnerContext context,
                std::function<void()> on_tables, uint64_t seed);
  ~CaptureRunner();

  void Start();
  void RequestStop();
  void Join();
  // The thread has ended.
  bool ended() const { return ended_; }

  // Orders what sinks lack and what is not ordered yet; called when a sink has opened.
  void OrderCopies();
  // The next capture goes on from the source's present (core::CaptureContext::from_present); starts one again
  // if the last has ended for good. kSourceRuns if one runs.
  Status GoOnFromPresent();
  // It still has to.
  bool from_present() const { return from_present_; }
  // Rows to be read again; answered with an error once no capture runs.
  void Order(core::RepairOrder order);
  // Has the table begin anew for the sinks; kept until it has, also over a lost connection.
  void Repair(const std::string& table, std::vector<std::string> sinks);

 private:
  void Run(const std::stop_token& stop);
  Status Attempt(const std::stop_token& stop);
  Status Prepare();
  void RefuseRepairs();
  void TellOwed(core::Log& log);
  // True if there is to be another attempt.
  bool Recover(const Error& error, const std::stop_token& stop);

  void OnConnected(const std::string& server) override;
  void OnCaughtUp(bool caught_up) override;
  void OnPosition(const core::Position& position, const std::string& shown) override;
  void OnRowsCaptured(uint64_t transactions, uint64_t rows, uint64_t bytes) override;
  void OnCopyProgress(const std::string& table, uint64_t rows, uint64_t rows_estimated, bool ended) override;
  void OnTableStopped(const std::string& table, const Error& why) override;
  void OnTableBegun(const core::TableSchema& table) override;
  void OnUnlogged(const core::UnloggedChange& change) override;
  void OnEvent(const Error& message) override;
  void ClearStop(const std::string& table);
  // The source has taken the order, or has it still before it; it needs no second one.
  bool OrderedAlready(const core::CopyOrder& order, const core::LogState& state);
  // Error with the source's name.
  Error Named(const Error& error) const;

  const std::string name_;
  core::Source& source_;
  const RunnerContext context_;
  const std::function<void()> on_tables_;
  Backoff backoff_;
  core::CopyOrders orders_;
  core::RepairOrders repair_orders_;
  struct Ordered {
    std::vector<std::string> sinks;
    core::SnapshotId next;  // the log's next snapshot when it was ordered: its copy is this one or a later
  };
  std::mutex ordering_;                     // one decision about copies at a time
  std::map<std::string, Ordered> ordered_;  // by table; under ordering_
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  core::Log* log_ = nullptr;                                 // under mutex_
  std::map<std::string, std::vector<std::string>> repairs_;  // table -> sinks, not yet begun; under mutex_
  std::set<std::string> copying_;  // tables whose copy was announced; capture's threads, under mutex_
  std::atomic<bool> progressed_ = false;
  std::atomic<bool> ended_ = false;
  std::atomic<bool> capturing_ = false;
  std::atomic<bool> from_present_ = false;
  std::mutex starting_;
  std::jthread thread_;
};

}  // namespace renkei::pipeline
