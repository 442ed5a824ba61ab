// The value of a column that MariaDB keeps compressed (COMPRESSED):
//
//   value  := nothing, for the empty value | 0:u8 plain bytes | header:u8 length:u8[n] deflate
//   header := 0x80 | raw << 3 | n            raw: without zlib's own head and checksum; length is big-endian
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace renkei::sources::mysql::binlog {

// `plain` is in `storage` or within `stored`. False for damaged bytes.
bool DecompressValue(std::string_view stored, std::vector<std::byte>& storage, std::string_view& plain);

}  // namespace renkei::sources::mysql::binlog
