#include "config/quantity.h"

#include <gtest/gtest.h>

namespace renkei::config {
namespace {

TEST(Bytes, Parse) {
  const std::pair<const char*, uint64_t> good[] = {
      {"0", 0},
      {"4096", 4096},
      {"256MB", 256'000'000},
      {"1 GiB", 1ull << 30},
      {"1.5kb", 1500},
      {"100 GiB", 100ull << 30},
      {"2TiB", 2ull << 40},
      {"7 b", 7},
  };
  for (const auto& [text, count] : good) {
    ASSERT_TRUE(ParseBytes(text)) << text;
    EXPECT_EQ(ParseBytes(text)->count, count) << text;
  }
  for (const char* text :
       {"", "MB", "-1", "1 XB", "1MB2", "1..5", ".5GB", "1e9", "1 GiB ", "99999999999TB", "0x10"}) {
    EXPECT_FALSE(ParseBytes(text)) << text;
  }
}

TEST(Duration, Parse) {
  const std::pair<const char*, int64_t> good[] = {
      {"200ms", 200},      {"1s", 1000},    {"7d", 604'800'000},  {"0", 0},
      {"1h30m", 5400'000}, {"1.5 s", 1500}, {"2 m 1 s", 121'000}, {"1w", 604'800'000}};
  for (const auto& [text, ms] : good) {
    ASSERT_TRUE(ParseDuration(text)) << text;
    EXPECT_EQ(ParseDuration(text)->count(), ms) << text;
  }
  for (const char* text : {"", "1", "s", "1 year", "30m1h", "1s1s", "-1s", "1s x", "999999999999999w"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

TEST(Percent, Parse) {
  EXPECT_EQ(ParsePercent("25%")->percent, 25);
  EXPECT_EQ(ParsePercent("12.5 %")->percent, 12.5);
  for (const char* text : {"", "25", "0.25", "101%", "-1%", "%", "5%%"})
    EXPECT_FALSE(ParsePercent(text)) << text;
}

TEST(Quantity, ShownFormsReadBack) {
  for (const uint64_t count : {uint64_t{0}, uint64_t{1}, uint64_t{1000}, uint64_t{1024},
                               uint64_t{256'000'000}, uint64_t{100} << 30, uint64_t{1'234'567}}) {
    EXPECT_EQ(ParseBytes(ShowBytes({count}))->count, count) << ShowBytes({count});
  }
  EXPECT_EQ(ShowBytes(GiB(100)), "100 GiB");
  EXPECT_EQ(ShowBytes(MB(256)), "256 MB");
  for (const int64_t ms : {0, 1, 200, 1000, 90'000, 604'800'000}) {
    EXPECT_EQ(ParseDuration(ShowDuration(Duration(ms)))->count(), ms) << ShowDuration(Duration(ms));
  }
  EXPECT_EQ(ShowDuration(Duration(604'800'000)), "7d");
}

}  // namespace
}  // namespace renkei::config
