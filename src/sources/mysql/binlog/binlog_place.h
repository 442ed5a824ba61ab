// Where something stands in the server's binary log. Places of one server are ordered; another server's mean
// something else.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace renkei::sources::mysql::binlog {

struct BinlogPlace {
  uint64_t file = 0;  // the number at the end of the file's name
  uint64_t offset = 0;
  friend auto operator<=>(const BinlogPlace&, const BinlogPlace&) = default;
};

// The number in "binlog.000042"; 0 if there is none.
uint64_t BinlogFileNumber(std::string_view name);

// A full offset of which only the low 32 bits are told: the one nearest to an offset known before.
uint64_t WidenOffset(uint64_t before, uint32_t low);

}  // namespace renkei::sources::mysql::binlog
