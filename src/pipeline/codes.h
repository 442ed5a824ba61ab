// Messages 5000-5099: the pipeline.
#pragma once

#include "base/result.h"

namespace renkei::pipeline {

// What runs.
inline constexpr Code kTableCollision{5001};  // sink, table, first, second
inline constexpr Code kUnknownSource{5002};   // sink, pattern, known

// How it runs.
inline constexpr Code kRetrying{5010};         // part, name, delay_ms, attempt
inline constexpr Code kSourceConnected{5011};  // source, server
inline constexpr Code kCopyStarted{5012};      // source, table, rows
inline constexpr Code kTableLive{5014};        // sink, table, rows
inline constexpr Code kPartStopped{5015};      // part, name
inline constexpr Code kStarted{5016};          // sources, sinks
inline constexpr Code kStopped{5017};          // seconds
inline constexpr Code kStopSlow{5018};         // part, name, seconds

// What ends a sink or an order to it.
inline constexpr Code kOtherLog{5030};          // sink, source, stored, found
inline constexpr Code kSinkNotRunning{5031};    // sink
inline constexpr Code kNoSuchFeed{5033};        // sink, source
inline constexpr Code kHoldTimedOut{5034};      // sink, offset, seconds
inline constexpr Code kHeldElsewhere{5035};     // sink
inline constexpr Code kPassedAlready{5036};     // sink, offset, at
inline constexpr Code kStopAsked{5037};         //
inline constexpr Code kSourceNotRunning{5038};  // source
inline constexpr Code kNoTableToRepair{5039};   // pattern
inline constexpr Code kSourceRuns{5041};        // source
inline constexpr Code kHoldRefused{5042};       // sink, seconds
inline constexpr Code kFellOffLog{5040};        // sink, source, stored, begin

// How a run until caught up ends.
inline constexpr Code kCaughtUp{5050};     // tables, seconds
inline constexpr Code kEndedBehind{5051};  // part, name

}  // namespace renkei::pipeline
