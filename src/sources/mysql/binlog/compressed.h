// MariaDB's compressed events (log_bin_compress):
//
//   packed body := header:u8 length:u8[n] zlib
//   header      := 0x80 | algorithm << 4 | n        algorithm 0 is zlib; length is big-endian
//
// A compressed query has its post-header and variables before the packed statement; a compressed rows event
// has its post-header, width and bitmaps before the packed rows.
#pragma once

#include <memory>
#include <vector>

#include "sources/mysql/binlog/event.h"

struct libdeflate_decompressor;

namespace renkei::sources::mysql::binlog {

// One thread.
class Decompressor {
 public:
  Decompressor();
  ~Decompressor();

  // The plain bytes, valid until the next call. False for damaged bytes or more than kEventBytesMax.
  bool Decompress(Bytes packed);
  Bytes plain() const { return plain_; }

 private:
  std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> inflate_;
  std::vector<std::byte> plain_;
};

}  // namespace renkei::sources::mysql::binlog
