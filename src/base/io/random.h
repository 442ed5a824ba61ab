// Bytes nobody can guess, from the machine.
#pragma once

#include <cstddef>
#include <string>

namespace renkei::base::io {

// As hexadecimal digits, two a byte.
std::string RandomHex(size_t bytes);

}  // namespace renkei::base::io
