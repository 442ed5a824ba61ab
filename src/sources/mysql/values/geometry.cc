#include "sources/mysql/values/geometry.h"

#include <cstdint>
#include <cstring>

namespace renkei::sources::mysql::values {

namespace {

constexpr size_t kSridBytes = 4;
constexpr size_t kHeadBytes = 5;
constexpr char kLittleEndian = 1;
constexpr uint32_t kHasSrid = 0x2000'0000;

}  // namespace

bool ToEwkb(std::string_view stored, std::string& ewkb) {
  if (stored.size() < kSridBytes + kHeadBytes || stored[kSridBytes] != kLittleEndian) return false;
  uint32_t srid = 0;
  std::memcpy(&srid, stored.data(), kSridBytes);
  ewkb = stored.substr(kSridBytes);
  if (srid == 0) return true;
  uint32_t kind = 0;
  std::memcpy(&kind, ewkb.data() + 1, sizeof(kind));
  kind |= kHasSrid;
  std::memcpy(ewkb.data() + 1, &kind, sizeof(kind));
  ewkb.insert(kHeadBytes, stored.substr(0, kSridBytes));
  return true;
}

}  // namespace renkei::sources::mysql::values
