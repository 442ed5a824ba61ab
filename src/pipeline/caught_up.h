// CaughtUp: whether every sink has what the sources had at one moment: each routed table visible, and the
// sink at or past that place (`run --until-caught-up`). One thread; the pipeline outlives it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/result.h"
#include "core/log_entry.h"
#include "core/position.h"
#include "pipeline/pipeline.h"

namespace renkei::pipeline {

class CaughtUp {
 public:
  explicit CaughtUp(Pipeline& pipeline) : pipeline_(pipeline) {}

  // Reads every source's present position. The error is of a source that can not be asked.
  Status Mark();
  // True: all is there. An error: something stopped, so that it never will be.
  Result<bool> Reached();

 private:
  struct Watched {
    core::Position mark;
    std::unique_ptr<core::LogReader> reader;  // from the log's end when the mark was read
    std::set<core::Lane> begun_past;          // lanes that had the mark already
    std::set<core::Lane> lanes;               // that came to it since
    std::optional<core::Offset> end;          // of the log when all its lanes first held the mark
  };
  bool Holds(const std::string& source, const core::Position& position) const;
  Result<bool> SourceReached(const std::string& source);
  Result<bool> SinkReached(const std::string& sink, const std::string& source, const PipelineStatus& status);

  Pipeline& pipeline_;
  std::map<std::string, Watched> watched_;
};

}  // namespace renkei::pipeline
