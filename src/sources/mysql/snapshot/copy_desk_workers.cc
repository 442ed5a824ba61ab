// The workers' side of the desk.
#include <algorithm>

#include "sources/mysql/snapshot/copy_desk.h"

namespace renkei::sources::mysql::snapshot {

namespace {

constexpr size_t kRangesPerCopyMax = 16;
constexpr uint64_t kPlanRowsMin = 100;
constexpr uint64_t kPlanRowsMax = 200'000;
// A chunk planned for half of its bound seldom passes it.
constexpr size_t kAimedBytes = kChunkBytes / 2;
constexpr std::chrono::milliseconds kLookAgain{50};
// The smallest piece that is tried of a range whose table is touched whole again and again.
constexpr int kHalvingsMax = 7;

}  // namespace

RangeWork CopyDesk::WorkOf(const Copy& copy, const Range& range) const {
  return {.copy = copy.id,
          .range = range.id,
          .schema = copy.schema,
          .lower = range.lower,
          .upper = range.upper,
          .plan_upper = !range.upper_known,
          .plan_rows = copy.plan_rows,
          .bytes_max = kChunkBytes >> std::min(range.rereads, kHalvingsMax),
          .value_max = parts_.value_max_of ? parts_.value_max_of(*copy.schema) : UINT64_MAX,
          .taken = reached_,
          .whole = copy.whole};
}

bool CopyDesk::CanPlan(const Copy& copy) {
  return !copy.planning && !copy.planned_all && !copy.refused && copy.ranges.size() < kRangesPerCopyMax;
}

// Ranges to be read again go first: others behind them in key order wait for them while holding memory.
std::optional<RangeWork> CopyDesk::NextWork() {
  if (read_again_at_ > parts_.clock.mono()) return std::nullopt;
  for (Copy& copy : copies_) {
    if (!copy.active) break;
    for (Range& range : copy.ranges) {
      if (range.state != State::kWaiting) continue;
      range.state = State::kReading;
      range.taken_at = copy.whole ? copy.whole->place() : reached_.place;
      return WorkOf(copy, range);
    }
  }
  for (Copy& copy : copies_) {
    if (!copy.active) break;
    if (!CanPlan(copy)) continue;
    Range range;
    range.id = next_id_++;
    range.lower = copy.planned_to;
    range.taken_at = reached_.place;
    copy.ranges.push_back(std::move(range));
    copy.planning = true;
    return WorkOf(copy, copy.ranges.back());
  }
  return std::nullopt;
}

bool CopyDesk::HasWork() const {
  if (read_again_at_ > parts_.clock.mono()) return false;
  for (const Copy& copy : copies_) {
    if (!copy.active) break;
    if (CanPlan(copy) || std::ranges::count(copy.ranges, State::kWaiting, &Range::state) > 0) return true;
  }
  return false;
}

bool CopyDesk::WaitForWork(const std::stop_token& stop) {
  Lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (changed_.wait_for(lock, stop, kLookAgain, [&] { return HasWork(); })) return true;
  }
  return false;
}

std::optional<RangeWork> CopyDesk::Take() {
  std::lock_guard lock(mutex_);
  return NextWork();
}

CopyDesk::Range* CopyDesk::Find(const RangeWork& work, Copy** copy) {
  for (Copy& candidate : copies_) {
    if (candidate.id != work.copy) continue;
    for (Range& range : candidate.ranges) {
      if (range.id != work.range) continue;
      *copy = &candidate;
      return &range;
    }
  }
  return nullptr;
}

void CopyDesk::SetUpper(RangeWork& work, std::string upper) {
  std::lock_guard lock(mutex_);
  Copy* copy = nullptr;
  Range* range = Find(work, &copy);
  work.upper = upper;
  work.plan_upper = false;
  if (range == nullptr) return;
  range->upper = std::move(upper);
  range->upper_known = true;
  copy->planning = false;
  copy->planned_to = range->upper;
  copy->planned_all = range->upper.empty();
  changed_.notify_all();
}

void CopyDesk::Deliver(const RangeWork& work, Chunk chunk) {
  {
    std::lock_guard lock(mutex_);
    Copy* copy = nullptr;
    Range* range = Find(work, &copy);
    if (range == nullptr) return;
    const size_t bytes = chunk.rows.size_bytes();
    if (chunk.rows.rows > 0) {
      const uint64_t row_bytes = std::max<uint64_t>(1, bytes / chunk.rows.rows);
      copy->plan_rows = std::clamp<uint64_t>(kAimedBytes / row_bytes, kPlanRowsMin, kPlanRowsMax);
    }
    LimitRate(chunk.rows.rows);
    range->state = State::kRead;
    if (chunk.cut_short) {
      Range rest;
      rest.id = next_id_++;
      rest.state = State::kWaiting;
      rest.lower = chunk.upper;
      rest.upper = std::exchange(range->upper, chunk.upper);
      rest.upper_known = true;
      rest.rereads = range->rereads;
      range->chunk = std::move(chunk);
      const auto place = std::ranges::find(copy->ranges, range->id, &Range::id);
      copy->ranges.insert(place + 1, std::move(rest));
      changed_.notify_all();
    } else {
      range->chunk = std::move(chunk);
    }
  }
  parts_.wake_capture();
}

void CopyDesk::LimitRate(uint64_t rows) {
  if (parts_.rows_per_s <= 0) return;
  const int64_t now = parts_.clock.mono().value;
  const auto pause_ns = static_cast<int64_t>(rows) * 1'000'000'000 / parts_.rows_per_s;
  read_again_at_ = base::MonoTime{std::max(read_again_at_.value, now) + pause_ns};
}

void CopyDesk::Return(const RangeWork& work, Error why) {
  {
    std::lock_guard lock(mutex_);
    Copy* copy = nullptr;
    Range* range = Find(work, &copy);
    if (range == nullptr) return;
    if (copy->whole) {
      copy->anew = true;
      copy->refused = std::move(why);
    }
    range->state = State::kFailed;
    range->failed_at = parts_.clock.mono();
    if (!copy->whole) range->failure = std::move(why);
    ++range->failures;
  }
  parts_.wake_capture();
}

}  // namespace renkei::sources::mysql::snapshot
