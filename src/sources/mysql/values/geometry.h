// Geometries: the server's form is srid:u32 and WKB, ours is EWKB, which readers of WKB take, and which holds
// the SRID too:
//
//   ewkb := 1:u8 kind:u32 [srid:u32] content        kind has the bit 0x20000000 where a srid other than 0
//   follows
#pragma once

#include <string>
#include <string_view>

namespace renkei::sources::mysql::values {

// False for what is no geometry.
bool ToEwkb(std::string_view stored, std::string& ewkb);

}  // namespace renkei::sources::mysql::values
