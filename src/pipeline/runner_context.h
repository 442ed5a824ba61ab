// What all runners of a pipeline share. Copied freely; what it names outlives every runner.
#pragma once

#include <string>

#include "base/byte_budget.h"
#include "base/clock.h"
#include "base/notifier.h"
#include "core/hub.h"
#include "pipeline/backoff.h"
#include "pipeline/copy_planner.h"
#include "pipeline/status_board.h"
#include "pipeline/unlogged_queue.h"
#include "telemetry/journal.h"

namespace renkei::pipeline {

struct RunnerContext {
  core::Hub& hub;
  base::ByteBudget& budget;
  const base::Clock& clock;
  telemetry::Journal& journal;
  StatusBoard& board;
  CopyPlanner& planner;
  UnloggedQueue& unlogged;
  base::Notifier& changes;  // told when something went on or ended
  Backoff::Options backoff;
  std::string capture_id;
};

}  // namespace renkei::pipeline
