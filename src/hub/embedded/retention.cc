#include "hub/embedded/retention.h"

#include <algorithm>
#include <limits>

#include "hub/embedded/codes.h"

namespace renkei::hub::embedded {

namespace {

class LogRetention {
 public:
  LogRetention(base::io::FileSystem& files, EmbeddedLog& log, const Cursors& cursors,
               const HubOptions& options)
      : files_(files), log_(log), cursors_(cursors.Of(log.source(), log.id())), options_(options) {}

  Status RemoveAged(base::WallTime now) {
    const int64_t age_us = std::chrono::microseconds(options_.retention).count();
    uint64_t below = 0;
    const auto held = log_.HoldRecovery();
    for (const Segment& segment : log_.index().EndedSegments()) {
      const bool old = now.value - segment.end_time.value > age_us;
      const bool read = std::all_of(cursors_.begin(), cursors_.end(),
                                    [&](const auto& cursor) { return cursor.second >= segment.end; });
      if (!old || !read) break;
      if (MayBegin(segment.number())) below = segment.number() + 1;
    }
    return RemoveBelow(below);
  }

  // When the oldest segment that can go ended; far in the future if none can.
  base::WallTime OldestEnd() const {
    const auto ended = log_.index().EndedSegments();
    const bool any = std::any_of(ended.begin(), ended.end(),
                                 [&](const Segment& segment) { return MayBegin(segment.number()); });
    return any ? ended.front().end_time : base::WallTime{std::numeric_limits<int64_t>::max()};
  }

  Status RemoveOldest() {
    const auto held = log_.HoldRecovery();
    for (const Segment& segment : log_.index().EndedSegments()) {
      if (MayBegin(segment.number())) return RemoveBelow(segment.number() + 1);
    }
    return {};
  }

  Status RemoveBackfills() {
    const auto held = log_.HoldRecovery();
    for (const auto& [snapshot, backfill] : log_.index().backfills()) {
      if (!backfill.over.has_value() || !IsRead(backfill)) continue;
      const std::string path = BackfillPath(log_.folder(), snapshot);
      if (files_.Exists(path)) RETURN_IF_ERROR(files_.Remove(path));
      log_.index().ForgetBackfill(snapshot);
    }
    return {};
  }

 private:
  bool IsRead(const BackfillState& backfill) const {
    if (*backfill.over <= log_.begin()) return true;
    return std::all_of(backfill.subscriptions.begin(), backfill.subscriptions.end(), [&](const auto& name) {
      const auto cursor = cursors_.find(name);
      return cursor != cursors_.end() && cursor->second >= *backfill.over;
    });
  }

  // Whether the log may begin right after the segment: nothing there names parts that stand before.
  bool MayBegin(uint64_t number) const {
    const SegmentPtr next = log_.index().SegmentAfter(number);
    return next != nullptr && !next->header.parts_open;
  }

  Status RemoveBelow(uint64_t number) {
    const core::Address before = log_.begin();
    for (const SegmentPtr& segment : log_.index().RemoveBelow(number)) {
      RETURN_IF_ERROR(files_.Remove(segment->path));
      // One by one, so that no crash leaves a hole in the row of segments.
      RETURN_IF_ERROR(files_.SyncFolder(log_.folder()));
    }
    for (const auto& [subscription, address] : cursors_) {
      if (address < before || address >= log_.begin()) continue;
      options_.report(Error(kSubscriptionLost, {{"subscription", subscription},
                                                {"log", log_.source()},
                                                {"address", Show(address)},
                                                {"begin", Show(log_.begin())}}));
    }
    return {};
  }

  base::io::FileSystem& files_;
  EmbeddedLog& log_;
  const std::map<std::string, core::Address> cursors_;
  const HubOptions& options_;
};

uint64_t TotalBytes(const std::vector<EmbeddedLog*>& logs) {
  uint64_t bytes = 0;
  for (const EmbeddedLog* log : logs) bytes += log->size_bytes();
  return bytes;
}

}  // namespace

Status RemoveWhatMayGo(base::io::FileSystem& files, const std::vector<EmbeddedLog*>& logs,
                       const Cursors& cursors, base::WallTime now, const HubOptions& options) {
  std::vector<LogRetention> retentions;
  for (EmbeddedLog* log : logs) retentions.emplace_back(files, *log, cursors, options);
  for (LogRetention& retention : retentions) {
    RETURN_IF_ERROR(retention.RemoveAged(now));
    RETURN_IF_ERROR(retention.RemoveBackfills());
  }
  for (uint64_t bytes = TotalBytes(logs); bytes > options.max_bytes;) {
    const auto oldest = std::min_element(
        retentions.begin(), retentions.end(),
        [](const LogRetention& a, const LogRetention& b) { return a.OldestEnd() < b.OldestEnd(); });
    RETURN_IF_ERROR(oldest->RemoveOldest());
    RETURN_IF_ERROR(oldest->RemoveBackfills());
    const uint64_t left = TotalBytes(logs);
    if (left == bytes) break;  // only newest segments are left
    bytes = left;
  }
  return {};
}

}  // namespace renkei::hub::embedded
