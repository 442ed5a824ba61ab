// How wide a text stands on a terminal.
#pragma once

#include <cstddef>
#include <string_view>

namespace renkei::base {

// The cells that the UTF-8 text takes: full-width characters (East Asian) two, combining marks none; bytes
// that are not UTF-8 count one each.
size_t DisplayWidth(std::string_view text);

}  // namespace renkei::base
