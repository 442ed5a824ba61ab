// LogFeed: one source's log as one sink reads it: with the cursor `main` where its live tables are, and the
// cursor `copy`, at or behind main, where the tables being copied are (core/sink.h). It holds the entries
// read ahead and cuts slices out of them. One thread; the log outlives it.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "core/hub.h"
#include "core/sink.h"

namespace renkei::pipeline {

class LogFeed {
 public:
  LogFeed(std::string source, core::Log& log) : source_(std::move(source)), log_(log) {}

  const std::string& source() const { return source_; }
  core::Log& log() const { return log_; }
  const core::SinkCursor& cursor() const { return cursor_; }
  const core::LogState& state() const { return state_; }

  // Goes to where the sink is; what was read ahead is forgotten. kOtherLog if the cursor is of another log,
  // the hub's error if its addresses can not be read any more.
  Status Seek(const core::SinkCursor& cursor);

  // Reads durable entries ahead, until about bytes_max are held.
  Status FillMain(size_t bytes_max, base::MonoTime now);
  // The same for the copy cursor, up to main. Does nothing while that is at main.
  Status FillCopy(size_t bytes_max);

  bool copying() const { return cursor_.copy.has_value(); }
  bool copy_behind() const { return copying() && *cursor_.copy < cursor_.main; }
  // What is held reaches from the copy cursor to main.
  bool copy_reaches_main() const;
  // What is held goes beyond main; `changes`: with more than ticks.
  bool has_main() const { return !main_.empty(); }
  bool has_changes() const { return main_changes_ > 0; }
  // How long the first entry held has been held; 0 if there is none.
  std::chrono::microseconds HeldSince(base::MonoTime now) const;
  // How long it has waited: since its commit, which another machine's clock has timed; so not longer than
  // since the log was last read to its end, and at least as long as it is held.
  std::chrono::microseconds OldestAge(base::WallTime wall, base::MonoTime now) const;
  size_t held_bytes() const { return main_bytes_ + copy_bytes_; }

  // How much work the entries held are: their bytes and those of the chunks they name.
  size_t main_work() const;
  size_t copy_work() const;

  // Slices of the entries held. Main alone, not beyond `until`.
  core::Slice MainSlice(std::optional<core::Offset> until = std::nullopt) const;
  // The copy cursor alone, about work_max of it, at least one entry.
  core::Slice CopySlice(size_t work_max) const;
  // Both, to the end of what main holds. Only while copy_reaches_main().
  core::Slice JointSlice() const;

  // The sink has committed and is at `cursor` now.
  void Applied(const core::SinkCursor& cursor);

 private:
  core::Slice EmptySlice() const;
  core::Address main_end() const { return main_.empty() ? cursor_.main : main_.back().next; }

  std::string source_;
  core::Log& log_;
  core::SinkCursor cursor_;
  core::LogState state_;
  std::unique_ptr<core::LogReader> main_reader_;
  std::unique_ptr<core::LogReader> copy_reader_;
  std::deque<core::Entry> main_;
  std::deque<core::Entry> copy_;
  size_t main_bytes_ = 0;
  size_t copy_bytes_ = 0;
  size_t main_changes_ = 0;
  base::MonoTime first_held_;                       // when main_ began to fill
  std::optional<base::MonoTime> end_seen_;          // when the log was last read to its end
  std::optional<base::MonoTime> end_before_first_;  // the same, before the first entry held came
};

}  // namespace renkei::pipeline
