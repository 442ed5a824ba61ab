#include "base/result.h"

#include <fmt/format.h>

namespace renkei::base {

std::string_view Error::field(std::string_view name) const {
  for (const Field& field : fields_) {
    if (field.name == name) return field.value;
  }
  return {};
}

Error Error::With(std::string name, std::string value) && {
  for (const Field& field : fields_) {
    if (field.name == name) return std::move(*this);
  }
  fields_.push_back({std::move(name), std::move(value)});
  return std::move(*this);
}

std::string Error::Debug() const {
  std::string text = fmt::format("RK{:04}", code_.number);
  for (const Field& field : fields_) text += fmt::format(" {}={}", field.name, field.value);
  return text;
}

}  // namespace renkei::base
