#include "core/schema.h"

namespace renkei::core {

std::optional<uint16_t> TableSchema::FindColumn(std::string_view column) const {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == column) return static_cast<uint16_t>(i);
  }
  return std::nullopt;
}

}  // namespace renkei::core
