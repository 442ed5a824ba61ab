#include "base/io/random.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <vector>

#include "base/check.h"

namespace renkei::base::io {

std::string RandomHex(size_t bytes) {
  CHECK_LE(bytes, 256u);  // up to here getrandom gives all at once
  std::vector<unsigned char> block(bytes);
  CHECK_EQ(getrandom(block.data(), block.size(), 0), static_cast<ssize_t>(bytes));
  std::string text;
  for (unsigned char byte : block) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace renkei::base::io
