#include "sinks/duckdb/checkpoint_policy.h"

namespace renkei::sinks::duckdb {

namespace {

// Measured with bench/apply_bench (docs/sinks/duckdb.md).
constexpr double kReplayBytesPerMs = 17'000;
constexpr double kReplayMsPerTableWrite = 0.5;
// Of the target; the rest is for opening the file and for a machine busier than at the measurement.
constexpr double kShareOfTarget = 0.7;

}  // namespace

std::chrono::milliseconds CheckpointPolicy::EstimateReplay(uint64_t wal_bytes) const {
  const double ms = static_cast<double>(wal_bytes) / kReplayBytesPerMs +
                    static_cast<double>(tables_written_) * kReplayMsPerTableWrite;
  return std::chrono::milliseconds(static_cast<int64_t>(ms));
}

bool CheckpointPolicy::Due(uint64_t wal_bytes) const {
  return static_cast<double>(EstimateReplay(wal_bytes).count()) >
         static_cast<double>(target_.count()) * kShareOfTarget;
}

}  // namespace renkei::sinks::duckdb
