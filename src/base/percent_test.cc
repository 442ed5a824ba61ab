#include "base/percent.h"

#include <gtest/gtest.h>

namespace renkei::base {
namespace {

TEST(PercentDecode, TakesEscapesApart) {
  EXPECT_EQ(PercentDecode(""), "");
  EXPECT_EQ(PercentDecode("a%2Fb+c%2f"), "a/b+c/");
  EXPECT_EQ(PercentDecode("%41%00%ff"), std::string("A\0\xff", 3));
}

TEST(PercentDecode, RefusesWhatIsMalformed) {
  for (const char* text : {"%", "%4", "a%", "%zz", "%4g", "%@1", "%`1"})
    EXPECT_EQ(PercentDecode(text), std::nullopt) << text;
}

}  // namespace
}  // namespace renkei::base
