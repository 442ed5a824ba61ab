// RepairDesk: rows that were ordered by key are read again at the source, by a thread of its own, and put
// into the log as a Repair at the place where the stream has passed what the read could see, but for the keys
// that the log touched since (CORE 6). Orders are served one after the other.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/byte_budget.h"
#include "base/clock.h"
#include "core/hub.h"
#include "core/repair_order.h"
#include "sources/mysql/captured_tables.h"
#include "sources/mysql/cascades.h"
#include "sources/mysql/snapshot/key_reader.h"
#include "sources/mysql/snapshot/touched_keys.h"
#include "sources/mysql/snapshot/viewpoint.h"

namespace renkei::sources::mysql {

struct RepairParts {
  core::LogWriter& log;
  snapshot::TouchedKeys& touched;  // the desk's own
  base::ByteBudget& budget;
  const base::Clock& clock;
  const snapshot::ViewServers& servers;
  std::function<uint64_t(const core::TableSchema&)> value_max_of;  // bytes
  Cascades& cascades;
  std::function<void()> wake_capture;
};

// The capture's thread calls everything public.
class RepairDesk {
 public:
  explicit RepairDesk(RepairParts parts) : parts_(std::move(parts)) {}
  ~RepairDesk();

  // Takes what is ordered; what can not be served is answered at once. `reached`: by the stream.
  void Take(core::RepairOrders& orders, CapturedTables& tables, const snapshot::StreamPlace& reached);
  bool idle() const;
  // All that ended up to there is in the log. Puts what is ready into it. An error ends the capture.
  Status Advance(CapturedTables& tables, const snapshot::StreamPlace& reached);

 private:
  enum class State : uint8_t { kWaiting, kReading, kRead, kFailed };
  struct Work {
    core::RepairOrder order;
    core::TableSchema schema;
    core::RepairDone done;
    uint32_t from = 0;  // the keys before it are in the log
    State state = State::kWaiting;
    snapshot::StreamPlace taken;  // the stream's place when the read was given out
    snapshot::KeyRows read;
    std::optional<Error> failure;
    bool refused = false;
    int failures = 0;
    int rereads = 0;  // as the rows were touched meanwhile
    base::MonoTime failed_at;
  };
  using Lock = std::unique_lock<std::mutex>;

  // The first order has gone on; false: it waits.
  Result<bool> Serve(CapturedTables& tables, Lock& lock);
  Status Append(Work& work);
  Status AppendMark(const Work& work, CapturedTable& table);
  void Finish(const Result<core::RepairDone>& outcome, Lock& lock);
  void RetryFailed(Work& work);
  void ForgetOldTouches();

  void Run(const std::stop_token& stop);
  struct Task {
    core::TableSchema schema;
    std::shared_ptr<const core::Batch> keys;
    uint32_t from = 0;
    snapshot::StreamPlace taken;
  };
  Work* NextToRead();
  std::optional<Task> TakeTask();
  void Deliver(Result<snapshot::KeyRows> read, base::HeldBytes held);
  Result<snapshot::KeyRows> Read(const Task& task, const std::stop_token& stop);

  const RepairParts parts_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Work> works_;  // only the capture's thread adds and removes
  snapshot::StreamPlace reached_;
  std::mutex viewpoint_mutex_;  // of the pointer, for the one who interrupts
  std::unique_ptr<snapshot::Viewpoint> viewpoint_;
  std::jthread thread_;  // from the first order on
};

}  // namespace renkei::sources::mysql
