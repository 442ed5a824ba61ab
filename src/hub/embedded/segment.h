// One file of a log.
#pragma once

#include <memory>
#include <string>

#include "hub/embedded/format.h"

namespace renkei::hub::embedded {

// Name and header never change. The rest is known once the segment has ended, and guarded by the log's index.
struct Segment {
  std::string path;
  FileHeader header;

  bool ended = false;
  uint64_t end_byte = 0;
  uint64_t directory_byte = 0;  // 0: none
  core::Address end;
  base::WallTime end_time;  // in the hub's time

  uint64_t number() const { return header.number; }
};

using SegmentPtr = std::shared_ptr<Segment>;

// A place in a log's files and order: the byte where the next frame stands or will stand.
struct Place {
  uint64_t segment = 0;
  uint64_t byte = 0;
  core::Address address;
};

// An address as messages show it.
std::string Show(core::Address address);

std::string SegmentPath(const std::string& folder, uint64_t number);
std::string BackfillPath(const std::string& folder, core::SnapshotId snapshot);
// The number in a name that SegmentPath or BackfillPath made, 0 for any other name.
uint64_t NumberInName(const std::string& name);

}  // namespace renkei::hub::embedded
