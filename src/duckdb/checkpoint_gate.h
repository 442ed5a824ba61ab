// CheckpointGate: every write transaction passes it shared, a checkpoint alone. A checkpoint beside an open
// DELETE may free blocks that are still in use (DuckDB #25970), and would fail beside any open write.
// Thread-safe; a lock may outlive neither its thread nor the gate.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace renkei::duckdb {

class CheckpointGate {
 public:
  std::shared_lock<std::shared_mutex> EnterWrite() { return std::shared_lock(mutex_); }
  std::unique_lock<std::shared_mutex> EnterCheckpoint() { return std::unique_lock(mutex_); }

 private:
  std::shared_mutex mutex_;
};

}  // namespace renkei::duckdb
