// What the log's state keeps of a prepared XA transaction until it ends.
//
//   memo := xid:text count:varint {table:text generation:varint}*
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace renkei::sources::mysql {

struct PreparedMemo {
  std::string xid;
  // Tables that it changed and that the patterns select: "shop.orders" and the generation its rows were
  // captured for, 0 where they were not.
  std::map<std::string, uint32_t> tables;

  std::string Encode() const;
  static std::optional<PreparedMemo> Decode(std::string_view bytes);
};

}  // namespace renkei::sources::mysql
