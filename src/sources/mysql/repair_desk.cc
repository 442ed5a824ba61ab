#include "sources/mysql/repair_desk.h"

#include <algorithm>

#include "base/kill_point.h"
#include "sources/mysql/codes.h"
#include "sources/mysql/snapshot/repair_rows.h"

namespace renkei::sources::mysql {

namespace {

constexpr int kFailuresMax = 20;
constexpr int kRereadsMax = 500;
constexpr int64_t kRetryAfterUs = 500'000;
constexpr std::chrono::seconds kReadTimeout{300};
constexpr std::chrono::milliseconds kLookAgain{50};
// So many reads may be ahead of the log.
constexpr size_t kAheadMax = 2;

Error CanNotRepair(const std::string& table, std::string reason) {
  return Error(kRepairRefused, {{"table", table}, {"reason", std::move(reason)}});
}

bool IsStill(const CapturedTable* table, const core::TableSchema& schema) {
  return table != nullptr && !table->stopped && table->schema.id == schema.id &&
         table->schema.generation == schema.generation;
}

}  // namespace

RepairDesk::~RepairDesk() {
  if (thread_.joinable()) {
    thread_.request_stop();
    {
      std::lock_guard lock(viewpoint_mutex_);
      if (viewpoint_) viewpoint_->Interrupt();
    }
    thread_.join();
  }
  for (const Work& work : works_) {
    if (work.order.answer)
      work.order.answer(CanNotRepair(work.schema.qualified_name(), "the capture ended meanwhile"));
  }
}

void RepairDesk::Take(core::RepairOrders& orders, CapturedTables& tables,
                      const snapshot::StreamPlace& reached) {
  for (core::RepairOrder& order : orders.TakeAll()) {
    const CapturedTable* table = tables.Find(order.table);
    if (table == nullptr || table->stopped || table->schema.generation != order.generation ||
        table->schema.key.empty() || (order.keys && order.keys->schema != table->schema.id)) {
      const std::string name = table == nullptr ? std::string() : table->schema.qualified_name();
      if (order.answer) order.answer(CanNotRepair(name, "the table is stopped or another generation by now"));
      continue;
    }
    if (!parts_.touched.IsWatched(order.table)) parts_.touched.Watch(table->schema);
    std::lock_guard lock(mutex_);
    reached_ = reached;
    Work& work = works_.emplace_back();
    work.schema = table->schema;
    work.order = std::move(order);
    if (!thread_.joinable()) thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
    changed_.notify_all();
  }
}

bool RepairDesk::idle() const {
  std::lock_guard lock(mutex_);
  return works_.empty();
}

Status RepairDesk::Advance(CapturedTables& tables, const snapshot::StreamPlace& reached) {
  Lock lock(mutex_);
  reached_ = reached;
  while (!works_.empty()) {
    ASSIGN_OR_RETURN(const bool went_on, Serve(tables, lock));
    if (!went_on) break;
  }
  ForgetOldTouches();
  return {};
}

// Only the capture's thread removes works, and the reading thread leaves one alone that is read, so that the
// first stays as it is while the lock is released.
Result<bool> RepairDesk::Serve(CapturedTables& tables, Lock& lock) {
  Work& work = works_.front();
  const std::string name = work.schema.qualified_name();
  if (work.state == State::kReading) return false;
  if (!IsStill(tables.Find(work.schema.table), work.schema)) {
    Finish(CanNotRepair(name, "the table is stopped or has other columns by now"), lock);
    return true;
  }
  if (work.order.keys == nullptr || work.from == work.order.keys->rows) {
    lock.unlock();
    RETURN_IF_ERROR(AppendMark(work, *tables.Find(work.schema.table)));
    work.done.behind = parts_.log.state().end;
    lock.lock();
    Finish(work.done, lock);
    return true;
  }
  if (work.state == State::kFailed) {
    if (work.refused || work.failures > kFailuresMax) {
      Finish(CanNotRepair(name, std::string(work.failure->Debug())), lock);
      return true;
    }
    RetryFailed(work);
    return false;
  }
  if (work.state != State::kRead || work.read.seen.high > reached_.place) return false;
  // A read that saw less than the stream had when it began misses touches that are forgotten already.
  if (work.read.seen.low < work.taken.place ||
      parts_.touched.IsWholeAfter(work.schema.table, work.read.seen.low)) {
    if (++work.rereads > kRereadsMax) {
      Finish(CanNotRepair(name, "it changes faster than its rows can be read"), lock);
      return true;
    }
    work.state = State::kWaiting;
    work.read = {};
    changed_.notify_all();
    return false;
  }
  lock.unlock();
  const Status appended = Append(work);
  lock.lock();
  RETURN_IF_ERROR(appended);
  work.from = work.read.end;
  work.read = {};
  work.state = State::kWaiting;
  changed_.notify_all();
  return true;
}

Status RepairDesk::Append(Work& work) {
  const snapshot::KeySet touched = parts_.touched.KeysAfter(work.schema.table, work.read.seen.low);
  core::Batch repair = snapshot::RepairOf(work.schema, *work.order.keys, work.from, work.read.end,
                                          work.read.rows, touched, work.done);
  if (repair.rows == 0) return {};
  base::KillPoint("before_repair");
  const core::Repair frame{std::make_shared<const core::Batch>(std::move(repair))};
  RETURN_IF_ERROR(parts_.cascades.Before(frame));
  if (auto appended = parts_.log.AppendFrame(frame); !appended.ok()) return appended.error();
  parts_.cascades.Tell();
  return {};
}

Status RepairDesk::AppendMark(const Work& work, CapturedTable& table) {
  const auto& mark = work.order.mark;
  if (!mark || (!mark->owed && work.order.unlogged < table.unlogged)) return {};
  if (auto appended = parts_.log.AppendFrame(*mark); !appended.ok()) return appended.error();
  table.owed = mark->owed;
  return {};
}

void RepairDesk::Finish(const Result<core::RepairDone>& outcome, Lock& lock) {
  const Work done = std::move(works_.front());
  works_.pop_front();
  const bool more =
      std::ranges::any_of(works_, [&](const Work& work) { return work.schema.table == done.schema.table; });
  if (!more) parts_.touched.Unwatch(done.schema.table);
  changed_.notify_all();
  lock.unlock();
  if (done.order.answer) done.order.answer(outcome);
  lock.lock();
}

void RepairDesk::RetryFailed(Work& work) {
  if (base::MicrosBetween(work.failed_at, parts_.clock.mono()) < kRetryAfterUs) return;
  work.state = State::kWaiting;
  changed_.notify_all();
}

void RepairDesk::ForgetOldTouches() {
  std::map<core::TableId, binlog::BinlogPlace> oldest;
  for (const Work& work : works_) {
    binlog::BinlogPlace needed = reached_.place;
    if (work.state == State::kReading) needed = work.taken.place;
    if (work.state == State::kRead) needed = work.read.seen.low;
    const auto [at, added] = oldest.emplace(work.schema.table, needed);
    if (!added) at->second = std::min(at->second, needed);
  }
  for (const auto& [table, place] : oldest) parts_.touched.ForgetUpTo(table, place);
}

// ---- The reading thread.

RepairDesk::Work* RepairDesk::NextToRead() {
  for (size_t i = 0; i < std::min(works_.size(), kAheadMax); ++i) {
    Work& work = works_[i];
    if (work.state == State::kWaiting && work.order.keys && work.from < work.order.keys->rows) return &work;
  }
  return nullptr;
}

std::optional<RepairDesk::Task> RepairDesk::TakeTask() {
  Lock lock(mutex_);
  Work* work = NextToRead();
  if (work == nullptr) return std::nullopt;
  work->state = State::kReading;
  work->taken = reached_;
  return Task{work->schema, work->order.keys, work->from, work->taken};
}

void RepairDesk::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      Lock lock(mutex_);
      if (!changed_.wait_for(lock, stop, kLookAgain, [&] { return NextToRead() != nullptr; })) continue;
    }
    // Whoever waits for memory must not hold what others wait for.
    if (!parts_.budget.Acquire(base::Stage::kChunks, core::kSetBytesMax, stop)) return;
    base::HeldBytes held(parts_.budget, base::Stage::kChunks, core::kSetBytesMax);
    if (const auto task = TakeTask()) {
      Deliver(Read(*task, stop), std::move(held));
      parts_.wake_capture();
    }
  }
}

// One work is being read at most, and it is not removed.
void RepairDesk::Deliver(Result<snapshot::KeyRows> read, base::HeldBytes held) {
  Lock lock(mutex_);
  const auto work = std::ranges::find(works_, State::kReading, &Work::state);
  CHECK(work != works_.end());
  if (read.ok()) {
    read->held = std::move(held);
    work->read = *std::move(read);
    work->state = State::kRead;
    work->failures = 0;
    return;
  }
  work->state = State::kFailed;
  work->refused = read.error().code() == kUnreadableCell || read.error().code() == kValueTooLarge;
  work->failure = read.error();
  work->failed_at = parts_.clock.mono();
  ++work->failures;
}

Result<snapshot::KeyRows> RepairDesk::Read(const Task& task, const std::stop_token& stop) {
  if (!viewpoint_) {
    ASSIGN_OR_RETURN(auto opened, snapshot::Viewpoint::Open(parts_.servers, kReadTimeout));
    std::lock_guard lock(viewpoint_mutex_);
    viewpoint_ = std::move(opened);
    if (stop.stop_requested()) viewpoint_->Interrupt();
  }
  Result<snapshot::KeyRows> read =
      snapshot::KeyReader(*viewpoint_, task.schema, parts_.value_max_of(task.schema))
          .Read(task.taken, *task.keys, task.from, core::kSetBytesMax / 2);
  if (read.ok()) return read;
  std::lock_guard lock(viewpoint_mutex_);
  viewpoint_.reset();
  return read;
}

}  // namespace renkei::sources::mysql
