// MariaDB's compressed events (log_bin_compress):
//
//   packed body := header:u8 length:u8[n] zlib
//   header      := 0x80 | algorithm << 4 | n        algorithm 0 is zlib; length is big-endian
//
// A compressed query has its post-header and variables before the packed statement; a compressed rows event
// has its post-header, width and bitmaps before the packed rows.
#pragma once

#include <vector>

#include "sources/mysql/binlog/event.h"

namespace renkei::sources::mysql::binlog {

// No event is larger than the largest packet.
constexpr size_t kEventBytesMax = size_t{1} << 30;

// The plain bytes in `storage`. False for damaged bytes or more than kEventBytesMax.
bool Decompress(Bytes packed, std::vector<std::byte>& storage);

}  // namespace renkei::sources::mysql::binlog
