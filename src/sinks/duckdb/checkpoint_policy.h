// CheckpointPolicy: how long a restart would take to replay what stands in the write-ahead log, estimated
// from its bytes and from how often tables were written; a checkpoint is due before that passes the target.
// One thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace renkei::sinks::duckdb {

class CheckpointPolicy {
 public:
  explicit CheckpointPolicy(std::chrono::milliseconds recovery_target) : target_(recovery_target) {}

  // A commit that wrote so many tables.
  void NoteCommit(uint64_t tables_written) { tables_written_ += tables_written; }
  void NoteCheckpoint() { tables_written_ = 0; }
  std::chrono::milliseconds EstimateReplay(uint64_t wal_bytes) const;
  bool Due(uint64_t wal_bytes) const;

 private:
  std::chrono::milliseconds target_;
  uint64_t tables_written_ = 0;  // since the last checkpoint, a table once per commit
};

}  // namespace renkei::sinks::duckdb
