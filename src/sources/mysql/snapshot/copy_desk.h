// CopyDesk: where the capture thread and the copying workers meet. Workers take ranges and deliver chunks;
// the capture thread, whenever the stream has moved on, puts the chunks whose time has come into the log, in
// key order: a chunk waits until the stream has passed the place it was read at, loses the rows whose keys
// the log touched since, is made durable, and only then gets its marker (CORE 4). Markers are the only record
// of progress.
//
//   a range goes   planned → being read → read → in the log
//   and back       read → to be read again, when its table was touched whole, has other columns now, or
//   reading
//                  failed
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/hub.h"
#include "core/source.h"
#include "sources/mysql/binlog/binlog_place.h"
#include "sources/mysql/snapshot/chunk_reader.h"
#include "sources/mysql/snapshot/touched_keys.h"
#include "sources/mysql/snapshot/whole_read.h"

namespace renkei::sources::mysql::snapshot {

constexpr size_t kChunkBytes = core::kSetBytesMax;

// One range for a worker. Opaque but for what it must read.
struct RangeWork {
  uint64_t copy = 0;
  uint64_t range = 0;
  const core::TableSchema* schema = nullptr;
  std::string lower;
  std::string upper;
  bool plan_upper = false;  // the worker first finds the upper bound, `plan_rows` rows on
  uint64_t plan_rows = 0;
  size_t bytes_max = kChunkBytes;
  uint64_t value_max = UINT64_MAX;
  StreamPlace taken;                           // the stream's place when it was given out
  std::shared_ptr<WholeRead> whole = nullptr;  // of a table without a key: the range is what comes next of it
};

struct CopyParts {
  core::LogWriter& log;
  core::CaptureObserver& observer;
  TouchedKeys& touched;
  const base::Clock& clock;
  size_t active_max = 2;                                                // tables copied at a time
  int64_t rows_per_s = 0;                                               // 0: no limit
  std::function<uint64_t(const core::TableSchema&)> value_max_of = {};  // bytes; none: no bound
  std::function<void()> wake_capture;
};

class CopyDesk {
 public:
  explicit CopyDesk(CopyParts parts) : parts_(std::move(parts)) {}

  // --- The capture thread.

  // A copy begins, or goes on where the log's state has it. The schema must outlive the desk.
  void Add(const core::TableSchema& schema, core::SnapshotId snapshot, uint64_t rows_estimated,
           const core::SnapshotState* resumed);
  // The copy of a table without a key begins, exactly at the place of the read. It is never resumed.
  void AddWhole(const core::TableSchema& schema, core::SnapshotId snapshot, uint64_t rows_estimated,
                std::shared_ptr<WholeRead> read);
  // A copy added now would be read at once.
  bool has_room() const;
  bool IsCopying(core::TableId table) const;
  // The table stopped: its copy is forgotten.
  void Drop(core::TableId table);
  // The table goes on with this schema since `reached`: what was read before and is not in the log is read
  // again. The schema must outlive the desk. Does nothing for one that the desk has already.
  void Evolve(const core::TableSchema& schema, const StreamPlace& reached);
  // All that ended up to here is in the log. Puts what is ready into it. An error of the log ends the
  // capture; a refusal must stop that table, or begin its copy anew.
  struct Refusal {
    core::TableId table;
    Error why;
    bool anew = false;
  };
  Result<std::optional<Refusal>> Advance(const StreamPlace& reached);
  bool idle() const;

  // --- Workers.

  // Waits until there is a range to take. False once stop is requested.
  bool WaitForWork(const std::stop_token& stop);
  // A range, if there still is one. The caller holds a chunk's memory already: whoever waits for memory must
  // not hold a range, or those in front of it might wait for him.
  std::optional<RangeWork> Take();
  void SetUpper(RangeWork& work, std::string upper);
  void Deliver(const RangeWork& work, Chunk chunk);
  // The range could not be read; it is tried again a while later, a bounded number of times.
  void Return(const RangeWork& work, Error why);

 private:
  enum class State : uint8_t { kWaiting, kReading, kRead, kFailed };
  struct Range {
    uint64_t id = 0;
    State state = State::kReading;
    std::string lower;
    std::string upper;
    bool upper_known = false;
    binlog::BinlogPlace
        taken_at;  // the stream's place when the read was given out: not after what it will see
    Chunk chunk;
    int failures = 0;
    int rereads = 0;  // because the table was touched whole meanwhile
    base::MonoTime failed_at;
    std::optional<Error> failure;
  };
  struct Copy {
    uint64_t id = 0;
    const core::TableSchema* schema = nullptr;
    core::SnapshotId snapshot;
    uint64_t rows_estimated = 0;
    bool active = false;
    std::deque<Range> ranges;  // given out and not yet in the log, in key order
    std::string planned_to;
    bool planning = false;
    bool planned_all = false;
    uint32_t next_number = 0;
    uint64_t rows = 0;
    uint64_t plan_rows = 0;
    std::optional<Error> refused;
    std::shared_ptr<WholeRead> whole;
    bool anew = false;  // it must begin anew; `refused` says why
  };

  using Lock = std::unique_lock<std::mutex>;
  bool HasWork() const;
  static bool CanPlan(const Copy& copy);
  std::optional<RangeWork> NextWork();
  RangeWork WorkOf(const Copy& copy, const Range& range) const;
  Range* Find(const RangeWork& work, Copy** copy);
  void Activate();
  void ReadAgain(Copy& copy, Range& range);
  Status AppendReady(Copy& copy, Lock& lock);
  Status AppendChunk(Copy& copy, Range& range, Lock& lock);
  Status EndCopy(const Copy& copy, Lock& lock);
  void RetryFailed(Copy& copy);
  void Fail(Copy& copy, Range& range, Error why);
  void ForgetOldTouches(const Copy& copy);
  void LimitRate(uint64_t rows);

  const CopyParts parts_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::list<Copy> copies_;
  uint64_t next_id_ = 1;
  StreamPlace reached_;
  base::MonoTime read_again_at_;
};

}  // namespace renkei::sources::mysql::snapshot
