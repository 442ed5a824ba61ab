// MySQL's GTID events, at the head of each transaction:
//
//   gtid   := flags:u8 uuid:16 bytes number:u64 clock:u8 last-committed:u64 sequence:u64 committed:u56
//             [original:u56] ...                   without GTIDs (type 34) uuid and number are 0;
//             committed: microseconds since 1970, its highest bit set where `original` follows
//   tagged := version:v size:v last-needed-field:v {field}                    in MySQL's serialization
//   field  := 0 flags:v | 1 {byte:v}16 uuid | 2 number:s | 3 tag-length:v tag | 4 last-committed:s
//           | 5 sequence:s | 6 committed:v | ...                              each at most once, ascending
//   v      := as many bytes as the first has trailing one bits, plus one; the value above these bits
//   s      := v, the sign in its lowest bit
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "sources/mysql/binlog/event.h"

namespace renkei::sources::mysql::binlog {

struct MysqlGtidEvent {
  bool anonymous = false;
  std::array<std::byte, 16> uuid{};
  std::string tag;
  uint64_t number = 0;
  int64_t commit_us = 0;  // by the clock of the server that wrote the event; 0 where it does not say
};

// Error: kBadEvent.
Result<MysqlGtidEvent> ReadMysqlGtid(const Event& event);

}  // namespace renkei::sources::mysql::binlog
