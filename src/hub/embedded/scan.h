// Walks the frames of a segment in order, to recover it.
#pragma once

#include <optional>

#include "hub/embedded/format.h"
#include "hub/embedded/segment.h"

namespace renkei::hub::embedded {

struct ScannedFrame {
  uint64_t byte = 0;
  FrameHeader header;
  base::Buffer body;
};

// One thread.
class FrameScan {
 public:
  // From the first frame of the file that has this header.
  FrameScan(const base::io::File& file, const FileHeader& header, uint64_t file_bytes);

  // The next frame; nothing where no whole, valid frame stands that continues those before it.
  Result<std::optional<ScannedFrame>> Next();
  // Where that is: the end of the last frame given.
  uint64_t byte() const { return byte_; }
  // The address after the last frame given.
  core::Address address() const { return address_; }

 private:
  const base::io::File& file_;
  const FileHeader& header_;
  const uint64_t file_bytes_;
  const uint32_t log_short_;
  uint64_t byte_;
  core::Address address_;
};

// How far the file was durable, as valid frames at or after the byte say; 0 if none stands there. `log_short`
// may be unknown.
Result<uint64_t> SyncedAsSaidAfter(const base::io::File& file, uint64_t byte, uint64_t file_bytes,
                                   std::optional<uint32_t> log_short);

// What the frame says. kMalformedBody or kUnknownForm if its body, although whole, is no such thing.
Result<core::Entry> DecodeEntry(const FrameHeader& header, const base::Buffer& body);

}  // namespace renkei::hub::embedded
