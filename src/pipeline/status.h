// Status: what runs and how it is, as `status`, /metrics and the end of `run --until-caught-up` see it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "core/change_set.h"
#include "core/position.h"

namespace renkei::pipeline {

// `copying`: something is not visible yet. `paused`: waits before the next attempt, or held by verify.
// `ended`: its source has it no more; what was delivered stays.
enum class RunState : uint8_t { kStarting, kCopying, kLive, kPaused, kStopped, kEnded };
std::string_view RunStateName(RunState state);

// Commit to visible, in milliseconds, over the last minute; absent while no row arrived.
struct FreshnessStatus {
  double p50_ms = 0;
  double p99_ms = 0;
  uint64_t rows = 0;
};

struct SourceStatus {
  std::string name;
  std::string type;
  RunState state = RunState::kStarting;
  std::string server;
  std::string position;    // as people write it
  core::Position at;       // the same, as the source compares it
  bool caught_up = false;  // everything the server had when last asked is captured
  int64_t lag_ms = 0;      // how old the captured end is; 0 while caught up
  std::string boundaries;  // the guarantee the source declares
  std::string snapshot_position;
  std::string commit_time;                        // the kind of commit time
  std::optional<base::WallTime> last_commit;      // of the newest transaction captured, while it is behind
  std::optional<base::WallTime> caught_up_until;  // when it last was caught up
  uint64_t transactions = 0;                      // since the process started, as rows and bytes
  uint64_t rows = 0;
  uint64_t bytes = 0;
  uint64_t attempts = 0;
  uint64_t log_bytes = 0;
  std::optional<Error> last_error;
};

struct SinkStatus {
  std::string name;
  std::string type;
  RunState state = RunState::kStarting;
  std::string atomic_scope;  // the guarantees the sink declares
  std::string repeat_safety;
  std::optional<FreshnessStatus> freshness;
  uint64_t cycles = 0;
  uint64_t rows = 0;
  double last_cycle_ms = 0;
  uint64_t pending_bytes = 0;  // read ahead and not yet applied
  uint64_t lag_transactions = 0;
  std::map<std::string, uint64_t> offsets;  // by source
  std::optional<Error> last_error;
};

struct TableStatus {
  std::string source;
  std::string table;
  std::string sink;
  std::string destination;  // as people query it
  RunState state = RunState::kStarting;
  uint32_t generation = 0;         // rises with every new copy that replaces the table
  bool stopped_at_source = false;  // nothing more of it comes, whatever the sink still holds
  bool owed = false;               // changes of it are missing, and a repair has not mended that yet
  uint64_t rows_snapshot = 0;      // rows of the copy in the destination
  uint64_t rows_read = 0;          // rows of the copy read from the source
  uint64_t rows_estimated = 0;
  std::optional<double> rows_per_s;  // into the destination, while it is copied
  std::optional<double> left_s;
  uint64_t changes_applied = 0;  // since the process started
  std::optional<FreshnessStatus> freshness;
  std::optional<Error> last_error;
};

struct BudgetStatus {
  std::string stage;
  uint64_t used_bytes = 0;
  uint64_t share_bytes = 0;
  uint64_t waits = 0;
};

struct PipelineStatus {
  base::WallTime now;
  base::WallTime started;
  std::vector<SourceStatus> sources;
  std::vector<SinkStatus> sinks;
  std::vector<TableStatus> tables;
  std::vector<BudgetStatus> budget;
};

}  // namespace renkei::pipeline
