// Pipeline: all that runs between the databases and the warehouses: one capture a source, one delivery a
// sink, the hub between them. Owns its parts.
//
// Life-cycle: construct, Start once, Stop once. Any thread may read the status and ask for holds in between.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/byte_budget.h"
#include "base/clock.h"
#include "base/notifier.h"
#include "core/hub.h"
#include "core/sink.h"
#include "core/source.h"
#include "pipeline/capture_runner.h"
#include "pipeline/copy_planner.h"
#include "pipeline/delivery_runner.h"
#include "pipeline/routing.h"
#include "pipeline/status_board.h"
#include "pipeline/unlogged_queue.h"
#include "telemetry/journal.h"

namespace renkei::pipeline {

struct SourcePart {
  std::string name;
  std::string type;
  std::unique_ptr<core::Source> source;
};

struct SinkPart {
  std::string name;
  std::string type;
  std::unique_ptr<core::Sink> sink;
  CyclePacer::Options pacing;
};

struct Parts {
  std::unique_ptr<core::Hub> hub;
  std::vector<SourcePart> sources;
  std::vector<SinkPart> sinks;
  std::vector<Route> routes;  // one a sink
  size_t memory_bytes = size_t{256} << 20;
  std::string capture_id;
  Backoff::Options backoff;
  std::chrono::milliseconds open_patience{10'000};  // how long a sink's first opening is tried again
};

class Pipeline {
 public:
  Pipeline(Parts parts, const base::Clock& clock, telemetry::Journal& journal);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Opens the logs and starts every capture and delivery. What can not run is stopped loudly; the rest runs.
  void Start();
  // Asks all to stop and waits. False if something did not end in time: its state is as after a crash, which
  // loses nothing, and the process should be ended without destroying the pipeline.
  bool Stop(std::chrono::milliseconds at_most);

  PipelineStatus Read() const;
  // Every source and sink has stopped by an error.
  bool AllEnded() const;

  const std::vector<SourcePart>& sources() const { return parts_.sources; }
  const std::vector<SinkPart>& sinks() const { return parts_.sinks; }
  const CopyPlanner& planner() const { return planner_; }
  const base::Clock& clock() const { return clock_; }
  // What captures told of and nobody has mended yet.
  UnloggedQueue& unlogged() { return unlogged_; }
  // Told whenever something went on.
  base::Notifier& changes() { return changes_; }

  // nullptr where there is none of the name (for a log: or it could not be opened).
  core::Source* FindSource(const std::string& name) const;
  core::Sink* FindSink(const std::string& name) const;
  core::Log* FindLog(const std::string& source) const;
  HoldGate* FindGate(const std::string& sink) const;
  // Orders a new copy of each table that a pattern ("schema.table", `*` allowed) names, for every sink that
  // gets it; also of a stopped table, which then begins anew. What people see stays until the new copy is
  // whole. The answer: the tables. kNoTableToRepair, kSourceNotRunning: nothing is ordered.
  Result<std::vector<std::string>> Repair(const std::vector<std::string>& patterns);
  // A stopped source goes on from its present: what was committed since is lost to the log, and all its
  // tables are owed a repair. Before Start: it will. kSourceRuns, kSourceNotRunning (no such source).
  Status GoOnFromPresent(const std::string& source);
  // It was asked for and has not happened yet.
  bool WillGoOnFromPresent(const std::string& source) const;
  // Has the source's capture read rows again (core/repair_order.h). The answer may come at once.
  void Order(const std::string& source, core::RepairOrder order);
  // The capture or delivery has ended, by an error or by Stop.
  bool SourceEnded(const std::string& name) const;
  bool SinkEnded(const std::string& name) const;

 private:
  void AddToBoard();
  void KeepHouse(const std::stop_token& stop);

  Parts parts_;
  const base::Clock& clock_;
  telemetry::Journal& journal_;
  base::Notifier changes_;
  base::ByteBudget budget_;
  const Routing routing_;
  CopyPlanner planner_;
  UnloggedQueue unlogged_;
  StatusBoard board_;
  std::set<std::string> from_present_;      // asked before Start
  std::map<std::string, core::Log*> logs_;  // filled by Start, before any thread
  std::map<std::string, std::unique_ptr<CaptureRunner>> captures_;
  std::map<std::string, std::unique_ptr<DeliveryRunner>> deliveries_;
  std::mutex housekeeping_mutex_;
  std::condition_variable_any housekeeping_;
  std::jthread housekeeper_;
};

}  // namespace renkei::pipeline
