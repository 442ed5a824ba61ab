// What a log's readers, its writer and the hub share: which segments there are, how far the log is durable,
// what it adds up to, and the newest entries as they were appended, so that readers near the end neither read
// nor decode. Thread-safe.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/notifier.h"
#include "hub/embedded/recovery.h"
#include "hub/embedded/segment.h"
#include "hub/embedded/state_frame.h"

namespace renkei::hub::embedded {

// A frame as it was appended.
struct Recent {
  core::Entry entry;
  uint64_t end_byte = 0;
  std::vector<TableShare> tables;
};

// What a reader finds at a byte of a segment.
struct Sight {
  enum class Kind : uint8_t { kNothingYet, kFrame, kSegmentEnd, kGone };
  Kind kind = Kind::kNothingYet;
  std::optional<Recent> recent;  // kFrame, if it is still in memory
  SegmentPtr next;               // kSegmentEnd
};

class LogIndex {
 public:
  explicit LogIndex(uint64_t recent_bytes_max) : recent_bytes_max_(recent_bytes_max) {}

  // --- the owner, before writers and readers and after a failed writer
  void Reset(RecoveredLog recovered);

  // --- the writer
  // The active segment has ended here and is durable; a new one begins and is durable too.
  void EndActive(const Place& end, uint64_t directory_byte, base::WallTime time);
  void BeginSegment(SegmentPtr segment, const Place& first_frame);
  // A frame with an address now stands at the byte; it becomes visible once durable.
  void Appended(uint64_t segment, uint64_t byte, Recent frame);
  void MadeDurable(const Place& end);
  void BeginEpoch(core::Epoch epoch, core::Address first);
  // May be read without copying by the writer's thread, which alone changes it.
  const core::LogState& state() const { return summary_.state; }
  void EncodeSummary(base::ByteWriter& writer) const;

  // --- anybody
  core::LogState CopyState() const;
  std::vector<EpochStart> epochs() const;
  Place durable() const;
  core::Address begin() const;
  // The last segment that begins at or before the address; nullptr if it is before all.
  SegmentPtr SegmentAt(core::Address address) const;
  SegmentPtr SegmentByNumber(uint64_t number) const;
  SegmentPtr SegmentAfter(uint64_t number) const;
  // The byte of the segment's table directory, 0 if it has none (yet).
  uint64_t DirectoryOf(uint64_t number) const;
  Sight Look(uint64_t segment, uint64_t byte) const;
  // Bytes of all segments as far as they are durable.
  uint64_t segment_bytes() const;

  // --- retention
  std::vector<Segment> EndedSegments() const;
  // Takes the oldest segments below this number out of the log; their files may then go.
  std::vector<SegmentPtr> RemoveBelow(uint64_t number);
  std::map<core::SnapshotId, BackfillState> backfills() const;
  void ForgetBackfill(core::SnapshotId snapshot);

  void Watch(base::Notifier* notifier);
  void Unwatch(base::Notifier* notifier);

 private:
  using BytePlace = std::pair<uint64_t /*segment*/, uint64_t /*byte*/>;

  const uint64_t recent_bytes_max_;
  mutable std::mutex mutex_;
  std::deque<SegmentPtr> segments_;
  LogSummary summary_;
  Place durable_;
  std::map<BytePlace, Recent> recent_;
  uint64_t recent_bytes_ = 0;

  std::mutex watchers_mutex_;
  std::vector<base::Notifier*> watchers_;
};

}  // namespace renkei::hub::embedded
