#include "base/crc32c.h"

#include <gtest/gtest.h>

#include <random>
#include <string_view>
#include <vector>

namespace renkei::base {
namespace {

std::span<const std::byte> Bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

TEST(Crc32c, KnownValues) {
  EXPECT_EQ(Crc32c({}), 0u);
  EXPECT_EQ(Crc32c(Bytes("123456789")), 0xe3069283u);
  EXPECT_EQ(Crc32cByTable(Bytes("123456789")), 0xe3069283u);
}

TEST(Crc32c, BothWaysAgreeAtEveryLengthAndCut) {
  std::mt19937 random(7);
  std::vector<std::byte> block(300);
  for (std::byte& byte : block) byte = static_cast<std::byte>(random());
  for (size_t size = 0; size <= block.size(); ++size) {
    const auto whole = std::span<const std::byte>(block).first(size);
    const uint32_t crc = Crc32c(whole);
    EXPECT_EQ(Crc32cByTable(whole), crc);
    EXPECT_EQ(Crc32c(whole.subspan(size / 3), Crc32c(whole.first(size / 3))), crc);
  }
}

}  // namespace
}  // namespace renkei::base
