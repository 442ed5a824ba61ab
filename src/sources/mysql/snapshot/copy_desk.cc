#include "sources/mysql/snapshot/copy_desk.h"

#include <algorithm>

#include "base/kill_point.h"
#include "core/row_copy.h"
#include "sources/mysql/codes.h"

namespace renkei::sources::mysql::snapshot {

namespace {

constexpr uint64_t kPlanRowsFirst = 2'000;
constexpr int kFailuresMax = 60;
constexpr int kRereadsMax = 500;
constexpr int64_t kRetryAfterUs = 500'000;

std::vector<const core::Column*> KeyColumns(const core::TableSchema& schema, const core::Batch& rows) {
  std::vector<const core::Column*> columns;
  for (const uint16_t place : schema.key) columns.push_back(&rows.after[place]);
  return columns;
}

// Places are kept in markers as "file number:offset".
std::string ShowPlace(binlog::BinlogPlace place) {
  return std::to_string(place.file) + ":" + std::to_string(place.offset);
}

}  // namespace

void CopyDesk::Add(const core::TableSchema& schema, core::SnapshotId snapshot, uint64_t rows_estimated,
                   const core::SnapshotState* resumed) {
  std::lock_guard lock(mutex_);
  Copy copy;
  copy.id = next_id_++;
  copy.schema = &schema;
  copy.snapshot = snapshot;
  copy.rows_estimated = rows_estimated;
  copy.plan_rows = kPlanRowsFirst;
  if (resumed != nullptr) {
    copy.next_number = resumed->chunks;
    copy.planned_to = resumed->copied_to;
    // The last range of a table has no upper bound.
    copy.planned_all = resumed->chunks > 0 && resumed->copied_to.empty();
    copy.rows = resumed->rows;
  }
  copies_.push_back(std::move(copy));
}

void CopyDesk::AddWhole(const core::TableSchema& schema, core::SnapshotId snapshot, uint64_t rows_estimated,
                        std::shared_ptr<WholeRead> read) {
  std::lock_guard lock(mutex_);
  Copy copy;
  copy.id = next_id_++;
  copy.schema = &schema;
  copy.snapshot = snapshot;
  copy.rows_estimated = rows_estimated;
  copy.active = true;
  copy.planned_all = true;
  copy.whole = std::move(read);
  Range all;
  all.id = next_id_++;
  all.state = State::kWaiting;
  all.upper_known = true;
  copy.ranges.push_back(std::move(all));
  parts_.touched.Watch(schema);
  copies_.push_front(std::move(copy));
  changed_.notify_all();
}

bool CopyDesk::has_room() const {
  std::lock_guard lock(mutex_);
  return copies_.size() < parts_.active_max;
}

bool CopyDesk::IsCopying(core::TableId table) const {
  std::lock_guard lock(mutex_);
  return std::ranges::any_of(copies_, [&](const Copy& copy) { return copy.schema->table == table; });
}

void CopyDesk::Drop(core::TableId table) {
  std::lock_guard lock(mutex_);
  copies_.remove_if([&](const Copy& copy) { return copy.schema->table == table; });
  parts_.touched.Unwatch(table);
  changed_.notify_all();
}

void CopyDesk::Evolve(const core::TableSchema& schema, const StreamPlace& reached) {
  std::lock_guard lock(mutex_);
  for (Copy& copy : copies_) {
    if (copy.schema->table != schema.table || copy.schema == &schema) continue;
    reached_ = reached;
    copy.schema = &schema;
    copy.refused.reset();
    // Whoever still reads with the columns before finds no copy of this number.
    copy.id = next_id_++;
    copy.planning = false;
    while (!copy.ranges.empty() && !copy.ranges.back().upper_known) copy.ranges.pop_back();
    for (Range& range : copy.ranges) {
      range.state = State::kWaiting;
      range.chunk = {};
      range.failures = 0;
    }
  }
  changed_.notify_all();
}

bool CopyDesk::idle() const {
  std::lock_guard lock(mutex_);
  return copies_.empty();
}

// Keys are recorded from the moment a copy is active, which is before any of its ranges is given out.
void CopyDesk::Activate() {
  size_t active = 0;
  for (Copy& copy : copies_) {
    if (active++ >= parts_.active_max) return;
    if (copy.active) continue;
    copy.active = true;
    parts_.touched.Watch(*copy.schema);
    changed_.notify_all();
  }
}

Result<std::optional<CopyDesk::Refusal>> CopyDesk::Advance(const StreamPlace& reached) {
  using Answer = std::optional<Refusal>;
  Lock lock(mutex_);
  reached_ = reached;
  Activate();
  for (auto copy = copies_.begin(); copy != copies_.end();) {
    if (!copy->active) break;
    if (copy->refused) return Answer(Refusal{copy->schema->table, *copy->refused, copy->anew});
    RETURN_IF_ERROR(AppendReady(*copy, lock));
    RetryFailed(*copy);
    if (copy->refused) return Answer(Refusal{copy->schema->table, *copy->refused, copy->anew});
    if (copy->planned_all && copy->ranges.empty()) {
      RETURN_IF_ERROR(EndCopy(*copy, lock));
      parts_.touched.Unwatch(copy->schema->table);
      copy = copies_.erase(copy);
      Activate();
      continue;
    }
    ForgetOldTouches(*copy);
    ++copy;
  }
  return Answer();
}

Status CopyDesk::AppendReady(Copy& copy, Lock& lock) {
  while (!copy.ranges.empty()) {
    Range& range = copy.ranges.front();
    if (range.state != State::kRead || range.chunk.seen.high > reached_.place) return {};
    base::KillPoint("copy_chunk_read");
    // The log may be sent a moment before the engine shows its end: a read that saw less than the stream had
    // when it began misses touches that are forgotten already.
    const bool saw_too_little = range.chunk.seen.low < range.taken_at;
    if (saw_too_little || parts_.touched.IsWholeAfter(copy.schema->table, range.chunk.seen.low)) {
      if (!saw_too_little) ++range.rereads;
      ReadAgain(copy, range);
      return {};
    }
    if (range.chunk.failure) {
      Fail(copy, range, *range.chunk.failure);
      return {};
    }
    RETURN_IF_ERROR(AppendChunk(copy, range, lock));
    copy.ranges.pop_front();
    changed_.notify_all();
  }
  return {};
}

// The stream has come to where the read failed, and the table is as it was then.
void CopyDesk::Fail(Copy& copy, Range& range, Error why) {
  range.chunk = {};
  if (why.code() == kUnreadableCell || why.code() == kValueTooLarge) {
    copy.refused = std::move(why);
    return;
  }
  range.state = State::kFailed;
  range.failed_at = parts_.clock.mono();
  range.failure = std::move(why);
  ++range.failures;
}

// A smaller piece is read sooner and so touched less; a table that never rests long enough is refused.
void CopyDesk::ReadAgain(Copy& copy, Range& range) {
  if (copy.whole) {
    copy.anew = true;
    copy.refused = Error(kCopyFailed, {{"table", copy.schema->qualified_name()},
                                       {"reason", "it was emptied while its rows were read"}});
    return;
  }
  range.state = State::kWaiting;
  range.chunk = {};
  if (range.rereads > kRereadsMax) {
    copy.refused = Error(kCopyFailed, {{"table", copy.schema->qualified_name()},
                                       {"reason", "it changes faster than its rows can be read"}});
  }
  changed_.notify_all();
}

// Only the capture thread removes ranges and copies, so that the copy and its first range stay while the lock
// is released; the range may move in memory.
Status CopyDesk::AppendChunk(Copy& copy, Range& range, Lock& lock) {
  const Chunk chunk = std::move(range.chunk);
  const std::string lower = range.lower;
  const std::string upper = range.upper;
  lock.unlock();
  const core::TableSchema& schema = *copy.schema;
  const KeySet touched = parts_.touched.KeysAfter(schema.table, chunk.seen.low);
  core::Batch rows = chunk.rows;
  if (!touched.empty()) {
    const auto key = KeyColumns(schema, rows);
    rows = core::KeptRows(rows, schema, [&](uint32_t row) { return !touched.contains(KeyOf(key, row)); });
  }
  auto appended = parts_.log.AppendChunk(copy.snapshot, rows);
  if (!appended.ok()) return appended.error();
  base::KillPoint("copy_after_backfill_sync");
  core::ChunkMarker marker;
  marker.snapshot = copy.snapshot;
  marker.table = schema.table;
  marker.generation = schema.generation;
  marker.number = copy.next_number;
  marker.lower = lower;
  marker.upper = upper;
  marker.low = ShowPlace(chunk.seen.low);
  marker.high = ShowPlace(chunk.seen.high);
  marker.rows = rows.rows;
  marker.place = appended->first;
  marker.crc = appended->second;
  base::KillPoint("copy_before_marker");
  if (auto written = parts_.log.AppendFrame(marker); !written.ok()) return written.error();
  lock.lock();
  ++copy.next_number;
  copy.rows += rows.rows;
  parts_.observer.OnCopyProgress(schema.qualified_name(), copy.rows, std::max(copy.rows, copy.rows_estimated),
                                 false);
  return {};
}

Status CopyDesk::EndCopy(const Copy& copy, Lock& lock) {
  lock.unlock();
  auto written = parts_.log.AppendFrame(core::CopyEnd{copy.snapshot, copy.schema->table, false});
  if (!written.ok()) return written.error();
  parts_.observer.OnCopyProgress(copy.schema->qualified_name(), copy.rows, copy.rows, true);
  lock.lock();
  return {};
}

// What made a read fail may pass (a lock, a statement just before its schema change shows in the log).
void CopyDesk::RetryFailed(Copy& copy) {
  const base::MonoTime now = parts_.clock.mono();
  for (Range& range : copy.ranges) {
    if (range.state != State::kFailed || base::MicrosBetween(range.failed_at, now) < kRetryAfterUs) continue;
    if (range.failures > kFailuresMax) {
      copy.refused = Error(kCopyFailed, {{"table", copy.schema->qualified_name()},
                                         {"reason", std::string(range.failure->field("reason"))}});
      return;
    }
    range.state = State::kWaiting;
    range.taken_at = reached_.place;
    changed_.notify_all();
  }
}

void CopyDesk::ForgetOldTouches(const Copy& copy) {
  binlog::BinlogPlace oldest = reached_.place;
  for (const Range& range : copy.ranges) {
    if (range.state == State::kReading) oldest = std::min(oldest, range.taken_at);
    if (range.state == State::kRead) oldest = std::min(oldest, range.chunk.seen.low);
  }
  parts_.touched.ForgetUpTo(copy.schema->table, oldest);
}

}  // namespace renkei::sources::mysql::snapshot
