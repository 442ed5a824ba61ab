// Strong<Tag, Rep>: a number that does not mix with other numbers.
//
//   using TableId = base::Strong<struct TableIdTag, uint32_t>;
#pragma once

#include <fmt/core.h>

#include <compare>
#include <cstddef>
#include <functional>

namespace renkei::base {

template <class Tag, class Rep>
struct Strong {
  using Representation = Rep;
  Rep value{};

  constexpr Strong() = default;
  constexpr explicit Strong(Rep initial) : value(initial) {}
  friend constexpr bool operator==(Strong, Strong) = default;
  friend constexpr auto operator<=>(Strong, Strong) = default;
};

}  // namespace renkei::base

template <class Tag, class Rep>
struct fmt::formatter<renkei::base::Strong<Tag, Rep>> : fmt::formatter<Rep> {
  template <class Context>
  auto format(renkei::base::Strong<Tag, Rep> strong, Context& context) const {
    return fmt::formatter<Rep>::format(strong.value, context);
  }
};

template <class Tag, class Rep>
struct std::hash<renkei::base::Strong<Tag, Rep>> {
  size_t operator()(renkei::base::Strong<Tag, Rep> strong) const { return std::hash<Rep>()(strong.value); }
};
