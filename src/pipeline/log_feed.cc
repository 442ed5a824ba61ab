#include "pipeline/log_feed.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "pipeline/codes.h"

namespace renkei::pipeline {

namespace {

using std::chrono::microseconds;

// A chunk's rows stand elsewhere; this is what one is taken to weigh.
constexpr size_t kChunkRowBytes = 128;

bool IsTick(const core::Entry& entry) { return std::holds_alternative<core::Tick>(entry.body); }

// Whether the log's schemas or snapshots are others after this entry.
bool ChangesState(const core::Entry& entry) {
  if (const auto* set = std::get_if<core::Changes>(&entry.body)) {
    return std::any_of((*set)->items.begin(), (*set)->items.end(), [](const core::Item& item) {
      return std::holds_alternative<core::SchemaChange>(item);
    });
  }
  return std::holds_alternative<core::SchemaFrame>(entry.body) ||
         std::holds_alternative<core::CopyBegin>(entry.body);
}

size_t Work(const core::Entry& entry) {
  if (const auto* marker = std::get_if<core::ChunkMarker>(&entry.body)) return marker->rows * kChunkRowBytes;
  size_t work = entry.bytes;
  if (const auto* set = std::get_if<core::Changes>(&entry.body)) {
    for (const core::Transaction& transaction : (*set)->transactions)
      work += transaction.parts.size() * core::kSetBytesMax;
  }
  return work;
}

size_t Work(const std::deque<core::Entry>& entries) {
  size_t work = 0;
  for (const core::Entry& entry : entries) work += Work(entry);
  return work;
}

}  // namespace

Status LogFeed::Seek(const core::SinkCursor& cursor) {
  if (cursor.log != log_.id()) {
    return Error(kOtherLog, {{"source", source_}, {"stored", cursor.log}, {"found", log_.id()}});
  }
  RETURN_IF_ERROR(log_.CheckAddress(cursor.epoch, cursor.main));
  if (cursor.copy) RETURN_IF_ERROR(log_.CheckAddress(cursor.epoch, *cursor.copy));
  ASSIGN_OR_RETURN(main_reader_, log_.OpenReader({.from = cursor.main, .tables = {}}));
  copy_reader_.reset();
  main_.clear();
  copy_.clear();
  main_bytes_ = copy_bytes_ = main_changes_ = 0;
  end_seen_.reset();
  cursor_ = cursor;
  state_ = log_.State();
  return {};
}

Status LogFeed::FillMain(size_t bytes_max, base::MonoTime now) {
  bool state_changed = false;
  while (main_bytes_ < bytes_max) {
    ASSIGN_OR_RETURN(std::optional<core::Entry> entry, main_reader_->Next());
    if (!entry) {
      end_seen_ = now;
      break;
    }
    if (main_.empty()) {
      first_held_ = now;
      end_before_first_ = end_seen_;
    }
    state_changed |= ChangesState(*entry);
    main_bytes_ += entry->bytes;
    main_changes_ += IsTick(*entry) ? 0 : 1;
    main_.push_back(std::move(*entry));
  }
  if (state_changed) state_ = log_.State();
  return {};
}

microseconds LogFeed::HeldSince(base::MonoTime now) const {
  return microseconds(main_.empty() ? 0 : base::MicrosBetween(first_held_, now));
}

microseconds LogFeed::OldestAge(base::WallTime wall, base::MonoTime now) const {
  if (main_.empty()) return microseconds(0);
  microseconds age(0);
  const auto* set = std::get_if<core::Changes>(&main_.front().body);
  if (set != nullptr && !(*set)->transactions.empty())
    age = microseconds(wall.value - (*set)->transactions.front().commit_time.value);
  if (end_before_first_) age = std::min(age, microseconds(base::MicrosBetween(*end_before_first_, now)));
  return std::max(age, HeldSince(now));
}

Status LogFeed::FillCopy(size_t bytes_max) {
  if (!copy_behind()) return {};
  if (!copy_reader_) {
    ASSIGN_OR_RETURN(copy_reader_, log_.OpenReader({.from = *cursor_.copy, .tables = {}}));
  }
  while (copy_bytes_ < bytes_max && !copy_reaches_main()) {
    ASSIGN_OR_RETURN(std::optional<core::Entry> entry, copy_reader_->Next());
    if (!entry) break;
    copy_bytes_ += entry->bytes;
    copy_.push_back(std::move(*entry));
  }
  return {};
}

bool LogFeed::copy_reaches_main() const {
  if (!copying()) return false;
  const core::Address held_to = copy_.empty() ? *cursor_.copy : copy_.back().next;
  return held_to >= cursor_.main;
}

size_t LogFeed::main_work() const { return Work(main_); }
size_t LogFeed::copy_work() const { return Work(copy_); }

core::Slice LogFeed::EmptySlice() const {
  core::Slice slice;
  slice.source = source_;
  slice.log = cursor_.log;
  slice.epoch = log_.epoch();
  slice.main_from = slice.main_to = cursor_.main;
  slice.copy_from = slice.copy_to = cursor_.copy;
  slice.reads = main_reader_.get();
  slice.state = &state_;
  return slice;
}

core::Slice LogFeed::MainSlice(std::optional<core::Offset> until) const {
  core::Slice slice = EmptySlice();
  slice.main_to = main_end();
  if (until) slice.main_to = std::max(cursor_.main, std::min(slice.main_to, core::Address{*until, 0}));
  for (const core::Entry& entry : main_) {
    if (entry.address >= slice.main_to) break;
    slice.main.push_back(entry);
  }
  return slice;
}

core::Slice LogFeed::CopySlice(size_t work_max) const {
  core::Slice slice = EmptySlice();
  size_t work = 0;
  for (const core::Entry& entry : copy_) {
    if (!slice.copy.empty() && work + Work(entry) > work_max) break;
    work += Work(entry);
    slice.copy.push_back(entry);
    slice.copy_to = std::min(entry.next, cursor_.main);
  }
  return slice;
}

core::Slice LogFeed::JointSlice() const {
  CHECK(copy_reaches_main());
  core::Slice slice = MainSlice();
  slice.copy.assign(copy_.begin(), copy_.end());
  for (const core::Entry& entry : main_) {
    if (copy_.empty() || entry.address > copy_.back().address) slice.copy.push_back(entry);
  }
  slice.copy_to = slice.main_to;
  return slice;
}

void LogFeed::Applied(const core::SinkCursor& cursor) {
  CHECK(cursor.main >= cursor_.main);
  cursor_ = cursor;
  while (!main_.empty() && main_.front().next <= cursor_.main) {
    main_bytes_ -= main_.front().bytes;
    main_changes_ -= IsTick(main_.front()) ? 0 : 1;
    main_.pop_front();
  }
  if (!copy_behind()) {
    copy_reader_.reset();
    copy_.clear();
    copy_bytes_ = 0;
    return;
  }
  while (!copy_.empty() && copy_.front().next <= *cursor_.copy) {
    copy_bytes_ -= copy_.front().bytes;
    copy_.pop_front();
  }
}

}  // namespace renkei::pipeline
