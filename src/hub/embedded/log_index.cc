#include "hub/embedded/log_index.h"

#include <algorithm>

namespace renkei::hub::embedded {

namespace {

// So that many tiny entries can not take more than their bytes say.
constexpr uint64_t kRecentOverheadBytes = 512;

uint64_t HeldBytes(const core::Entry& entry) { return entry.bytes + kRecentOverheadBytes; }

}  // namespace

void LogIndex::Reset(RecoveredLog recovered) {
  std::lock_guard lock(mutex_);
  segments_.assign(recovered.segments.begin(), recovered.segments.end());
  summary_ = std::move(recovered.summary);
  recent_.clear();
  recent_bytes_ = 0;
}

void LogIndex::EndActive(const Place& end, uint64_t directory_byte, base::WallTime time) {
  std::lock_guard lock(mutex_);
  Segment& active = *segments_.back();
  CHECK(!active.ended && active.number() == end.segment);
  active.ended = true;
  active.end_byte = end.byte;
  active.directory_byte = directory_byte;
  active.end = end.address;
  active.end_time = time;
}

void LogIndex::BeginSegment(SegmentPtr segment, const Place& first_frame) {
  std::lock_guard lock(mutex_);
  CHECK(segments_.empty() || segments_.back()->ended);
  segments_.push_back(std::move(segment));
  durable_ = first_frame;
}

void LogIndex::Appended(uint64_t segment, uint64_t byte, Recent frame) {
  std::lock_guard lock(mutex_);
  summary_.Apply(frame.entry);
  recent_bytes_ += HeldBytes(frame.entry);
  recent_[{segment, byte}] = std::move(frame);
  while (recent_bytes_ > recent_bytes_max_ && !recent_.empty()) {
    recent_bytes_ -= HeldBytes(recent_.begin()->second.entry);
    recent_.erase(recent_.begin());
  }
}

void LogIndex::MadeDurable(const Place& end) {
  {
    std::lock_guard lock(mutex_);
    durable_ = end;
  }
  std::lock_guard lock(watchers_mutex_);
  for (base::Notifier* watcher : watchers_) watcher->Notify();
}

void LogIndex::BeginEpoch(core::Epoch epoch, core::Address first) {
  std::lock_guard lock(mutex_);
  summary_.BeginEpoch(epoch, first);
}

void LogIndex::EncodeSummary(base::ByteWriter& writer) const {
  std::lock_guard lock(mutex_);
  embedded::EncodeSummary(summary_, writer);
}

core::LogState LogIndex::CopyState() const {
  std::lock_guard lock(mutex_);
  return summary_.state;
}

std::vector<EpochStart> LogIndex::epochs() const {
  std::lock_guard lock(mutex_);
  return summary_.epochs;
}

Place LogIndex::durable() const {
  std::lock_guard lock(mutex_);
  return durable_;
}

core::Address LogIndex::begin() const {
  std::lock_guard lock(mutex_);
  return segments_.front()->header.first;
}

SegmentPtr LogIndex::SegmentAt(core::Address address) const {
  std::lock_guard lock(mutex_);
  const auto after = std::partition_point(segments_.begin(), segments_.end(), [&](const SegmentPtr& segment) {
    return segment->header.first <= address;
  });
  return after == segments_.begin() ? nullptr : *std::prev(after);
}

SegmentPtr LogIndex::SegmentByNumber(uint64_t number) const {
  std::lock_guard lock(mutex_);
  const auto found = std::partition_point(segments_.begin(), segments_.end(), [&](const SegmentPtr& segment) {
    return segment->number() < number;
  });
  return found == segments_.end() || (*found)->number() != number ? nullptr : *found;
}

SegmentPtr LogIndex::SegmentAfter(uint64_t number) const {
  std::lock_guard lock(mutex_);
  const auto found = std::partition_point(segments_.begin(), segments_.end(), [&](const SegmentPtr& segment) {
    return segment->number() <= number;
  });
  return found == segments_.end() ? nullptr : *found;
}

uint64_t LogIndex::DirectoryOf(uint64_t number) const {
  const SegmentPtr segment = SegmentByNumber(number);
  std::lock_guard lock(mutex_);
  return segment == nullptr ? 0 : segment->directory_byte;
}

Sight LogIndex::Look(uint64_t segment, uint64_t byte) const {
  std::lock_guard lock(mutex_);
  Sight sight;
  if (segment == durable_.segment) {
    if (byte >= durable_.byte) return sight;
  } else {
    const auto after = std::partition_point(segments_.begin(), segments_.end(), [&](const SegmentPtr& other) {
      return other->number() <= segment;
    });
    // The next segment says where this one ended, also when this one is no longer in the log.
    CHECK(after != segments_.end());
    if ((*after)->header.previous_number != segment) {
      sight.kind = Sight::Kind::kGone;
      return sight;
    }
    if (byte >= (*after)->header.previous_end) {
      sight.kind = Sight::Kind::kSegmentEnd;
      sight.next = *after;
      return sight;
    }
  }
  sight.kind = Sight::Kind::kFrame;
  if (const auto found = recent_.find({segment, byte}); found != recent_.end()) {
    sight.recent = found->second;
  }
  return sight;
}

uint64_t LogIndex::segment_bytes() const {
  std::lock_guard lock(mutex_);
  uint64_t bytes = durable_.byte;
  for (const SegmentPtr& segment : segments_) bytes += segment->end_byte;
  return bytes;
}

std::vector<Segment> LogIndex::EndedSegments() const {
  std::lock_guard lock(mutex_);
  std::vector<Segment> ended;
  for (const SegmentPtr& segment : segments_) {
    if (segment->ended) ended.push_back(*segment);
  }
  return ended;
}

std::vector<SegmentPtr> LogIndex::RemoveBelow(uint64_t number) {
  std::lock_guard lock(mutex_);
  std::vector<SegmentPtr> removed;
  while (segments_.size() > 1 && segments_.front()->number() < number) {
    removed.push_back(segments_.front());
    segments_.pop_front();
  }
  // An address of an epoch older than the first one kept can only be before its start.
  std::vector<EpochStart>& epochs = summary_.epochs;
  while (epochs.size() > 1 && epochs[1].first <= segments_.front()->header.first)
    epochs.erase(epochs.begin());
  return removed;
}

std::map<core::SnapshotId, BackfillState> LogIndex::backfills() const {
  std::lock_guard lock(mutex_);
  return summary_.backfills;
}

void LogIndex::ForgetBackfill(core::SnapshotId snapshot) {
  std::lock_guard lock(mutex_);
  summary_.backfills.erase(snapshot);
}

void LogIndex::Watch(base::Notifier* notifier) {
  std::lock_guard lock(watchers_mutex_);
  watchers_.push_back(notifier);
}

void LogIndex::Unwatch(base::Notifier* notifier) {
  std::lock_guard lock(watchers_mutex_);
  std::erase(watchers_, notifier);
}

}  // namespace renkei::hub::embedded
