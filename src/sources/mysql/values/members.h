// ENUM and SET numbers to their names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace renkei::sources::mysql::values {

// The name of the ENUM's number; number 0 is MySQL's "invalid value" and shows as "". False if there is none.
bool EnumName(const std::vector<std::string>& members, uint32_t number, std::string_view& name);

// The names of the bits, in the members' order, with commas between. False for a bit without a member.
bool SetNames(const std::vector<std::string>& members, uint64_t bits, std::string& names);

}  // namespace renkei::sources::mysql::values
