#include "base/display_width.h"

#include <gtest/gtest.h>

namespace renkei::base {
namespace {

TEST(DisplayWidth, FullWidthCharactersTakeTwoCells) {
  EXPECT_EQ(DisplayWidth(""), 0u);
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("注文"), 4u);
  EXPECT_EQ(DisplayWidth("ﾊﾝｶｸ"), 4u) << "half-width kana";
  EXPECT_EQ(DisplayWidth("Ａ１"), 4u) << "full-width latin";
  EXPECT_EQ(DisplayWidth("が"), 2u) << "a combining mark takes none";
  EXPECT_EQ(DisplayWidth("é"), 1u);
  EXPECT_EQ(DisplayWidth("🍣"), 2u);
  EXPECT_EQ(DisplayWidth("\xff\xe3"), 2u) << "bytes that are no text";
}

}  // namespace
}  // namespace renkei::base
