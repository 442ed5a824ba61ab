// TrackPosition: how far a database's changes have been read.
//
//   position := ["="] version "@" epoch     "=": the lane has ended here, its table goes on in another
//
// A version is Change Tracking's number of a commit, one line for the whole database. The epoch names the
// history that it counts in: the database's recovery fork and creation, which a restore changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/position.h"

namespace renkei::sources::sqlserver {

struct TrackPosition {
  int64_t version = 0;
  std::string epoch;
  bool ended = false;

  core::Position Encode() const;
  static std::optional<TrackPosition> Decode(const core::Position& position);
  // An ended lane is behind nothing.
  static core::PositionOrder Compare(const TrackPosition& a, const TrackPosition& b);
};

// A window of a lane up to a version: "17@epoch#0".
std::string WindowId(const TrackPosition& to, core::Lane lane);
bool ContainsWindow(const TrackPosition& position, const std::string& id);

}  // namespace renkei::sources::sqlserver
