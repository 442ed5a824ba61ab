#include "sources/mysql/binlog/binlog_place.h"

#include <charconv>

namespace renkei::sources::mysql::binlog {

uint64_t BinlogFileNumber(std::string_view name) {
  const size_t dot = name.rfind('.');
  uint64_t number = 0;
  if (dot != std::string_view::npos)
    std::from_chars(name.data() + dot + 1, name.data() + name.size(), number);
  return number;
}

uint64_t WidenOffset(uint64_t before, uint32_t low) {
  constexpr uint64_t kWrap = uint64_t{1} << 32;
  const uint64_t offset = (before & ~(kWrap - 1)) | low;
  if (offset + kWrap / 2 < before) return offset + kWrap;
  if (offset > before + kWrap / 2 && offset >= kWrap) return offset - kWrap;
  return offset;
}

}  // namespace renkei::sources::mysql::binlog
