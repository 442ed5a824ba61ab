// The table directory that ends a sealed segment: where each table's frames stand, so that a reader of a few
// tables goes from one to the next without looking at what is between.
//
//   directory := form:u8 (1) count:varint {table:varint rows:varint bytes:varint frames}* others:frames
//   frames    := count:varint {units:varint}*    distance from the frame before (or 0) in 16 bytes
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/result.h"
#include "hub/embedded/format.h"

namespace renkei::hub::embedded {

class Directory {
 public:
  // Notes the frame at the byte; frames come in order. Those without an address leave no trace.
  void Add(uint64_t byte, const FrameHeader& header);
  // Whether no frame at all was noted.
  bool empty() const { return empty_; }
  void Encode(base::ByteWriter& writer) const;
  static Result<Directory> Decode(const base::Buffer& body);

  // The bytes of the frames that a reader of these tables must see, in order: theirs and those of no table.
  std::vector<uint64_t> FramesOf(std::span<const core::TableId> tables) const;

 private:
  struct Share {
    uint64_t rows = 0;
    uint64_t bytes = 0;
    std::vector<uint64_t> frames;
  };
  std::map<core::TableId, Share> tables_;
  bool empty_ = true;
  std::vector<uint64_t> others_;  // markers, schemas, ticks and the like
};

}  // namespace renkei::hub::embedded
