#include "sources/mysql/values/members.h"

namespace renkei::sources::mysql::values {

bool EnumName(const std::vector<std::string>& members, uint32_t number, std::string_view& name) {
  if (number > members.size()) return false;
  name = number == 0 ? std::string_view() : std::string_view(members[number - 1]);
  return true;
}

bool SetNames(const std::vector<std::string>& members, uint64_t bits, std::string& names) {
  names.clear();
  if (members.size() < 64 && (bits >> members.size()) != 0) return false;
  for (size_t i = 0; i < members.size() && i < 64; ++i) {
    if ((bits >> i & 1) == 0) continue;
    if (!names.empty()) names += ',';
    names += members[i];
  }
  return true;
}

}  // namespace renkei::sources::mysql::values
