// LogEnd: the writing end of the source's log with the chain of positions. An append that meets another head
// than expected (a second capture of the same database was faster) leaves out the transactions that the head
// contains and tries again (CORE 1).
#pragma once

#include <string>

#include "core/hub.h"
#include "sources/mysql/log_position.h"

namespace renkei::sources::mysql {

// One thread.
class LogEnd {
 public:
  // `head`: where the log's lane is; an empty position for a new log.
  static Result<LogEnd> Open(core::LogWriter& writer, const core::Position& head);

  // Appends the finished transactions, after which the history has come to `position`. Errors: kHeadConflict,
  // kForeignPosition, those of the hub.
  Status Append(core::ChangeSet set, const LogPosition& position, const std::string& note);
  // Moves the head to a position that does not follow it: `lost` is the message that says why.
  Status Jump(const LogPosition& position, const std::string& note, base::WallTime time, uint16_t lost);
  // Only moves the head.
  Status Tick(const LogPosition& position, const std::string& note, base::WallTime time);

  const LogPosition& position() const { return position_; }
  core::LogWriter& writer() { return writer_; }

 private:
  LogEnd(core::LogWriter& writer, core::Position head, LogPosition position)
      : writer_(writer), head_(std::move(head)), position_(std::move(position)) {}
  Status TakeHead(const core::Position& head, const LogPosition& ours);

  core::LogWriter& writer_;
  core::Position head_;
  LogPosition position_;
};

}  // namespace renkei::sources::mysql
