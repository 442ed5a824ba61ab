#include "sources/mysql/values/charset.h"

#include <gtest/gtest.h>

namespace renkei::sources::mysql::values {
namespace {

std::string Convert(std::string_view charset, std::string_view bytes,
                    InvalidText invalid = InvalidText::kRefuse) {
  const auto found = FindCharset(charset);
  if (!found) return "no such set";
  std::string scratch;
  std::string_view text;
  if (!ToUtf8(*found, bytes, scratch, text, invalid)) return "refused";
  return std::string(text);
}

TEST(Charset, ReadsTheHardJapaneseCharactersAsTheServerDoes) {
  EXPECT_EQ(Convert("sjis", "\x81\x60\x81\x61\x81\x7c\x81\x5f\x5c\xb1"), "〜‖−\\\\ｱ");
  EXPECT_EQ(Convert("cp932", "\x81\x60\x81\x61\x81\x7c\x81\x5f\x5c\xb1"), "～∥－＼\\ｱ");
  EXPECT_EQ(Convert("cp932", "\x87\x40\x87\x8a\xfb\xfc\xfa\xb1\xf0\x40"), "①㈱髙﨑\uE000");
  EXPECT_EQ(Convert("sjis", "\x87\x40"), "refused");
  EXPECT_EQ(Convert("ujis", "\xa1\xc1\xb4\xc1\x8e\xb1\x8f\xb0\xa1\xf5\xa1"), "〜漢ｱ丂\uE000");
  EXPECT_EQ(Convert("eucjpms", "\xa1\xc1\xad\xa1\xad\xea\x8f\xf4\xbd\x8f\xf5\xa1"), "～①㈱﨑\uE3AC");
  EXPECT_EQ(Convert("ujis", "\xad\xa1"), "refused");
}

TEST(Charset, ReadsChineseAndKorean) {
  EXPECT_EQ(Convert("gbk", "\xd6\xd0\x81\x40"), "中丂");
  EXPECT_EQ(Convert("gb2312", "\xd6\xd0\xa1\xa4"), "中・");
  EXPECT_EQ(Convert("gb2312", "\x81\x40"), "refused");
  EXPECT_EQ(Convert("gb18030", "\xd6\xd0\x81\x35\xf4\x37\xa8\xbc\x81\x30\x81\x30\x95\x32\x82\x36"),
            "中\uE7C7\u1E3F\u0080𠀀");
  EXPECT_EQ(Convert("big5", "\xa4\xa4\xf9\xd5"), "中龘");
  EXPECT_EQ(Convert("euckr", "\xc7\xd1"), "한");
}

TEST(Charset, ReadsWideUnits) {
  EXPECT_EQ(Convert("ucs2", std::string_view("\0A\x65\xe5", 4)), "A日");
  EXPECT_EQ(Convert("utf16", std::string_view("\xd8\x3d\xde\0", 4)), "😀");
  EXPECT_EQ(Convert("utf16le", "\x3d\xd8\x00\xde"), "refused");  // the literal ends at its zero
  EXPECT_EQ(Convert("utf16le", std::string_view("\x3d\xd8\x00\xde", 4)), "😀");
  EXPECT_EQ(Convert("utf32", std::string_view("\0\1\xf6\0", 4)), "😀");
  EXPECT_EQ(Convert("ucs2", "\xd8\x3d\xde\x01"), "refused");
  EXPECT_EQ(Convert("utf16", "A"), "refused");
}

TEST(Charset, ReadsSingleBytes) {
  EXPECT_EQ(Convert("latin1", "caf\xE9 \x80 \x81"), "café € \xC2\x81");
  EXPECT_EQ(Convert("koi8r", "\xd0"), "п");
  EXPECT_EQ(Convert("swe7", "[\\]"), "ÄÖÅ");
  EXPECT_EQ(Convert("ascii", "\x80"), "refused");
  EXPECT_EQ(Convert("cp1250", "\x81"), "refused");
  EXPECT_EQ(Convert("nonsense", "a"), "no such set");
}

TEST(Charset, PutsAMarkForEachByteThatIsNone) {
  EXPECT_EQ(Convert("utf8mb4", "a\xff\xe6\x97z", InvalidText::kReplace), "a\uFFFD\uFFFD\uFFFDz");
  EXPECT_EQ(Convert("sjis", "\x87\x40", InvalidText::kReplace), "\uFFFD@");
  EXPECT_EQ(Convert("utf16", "\xdc\x01q", InvalidText::kReplace), "\uFFFD\uFFFD");
  EXPECT_EQ(Convert("utf8mb4", "日本", InvalidText::kReplace), "日本");
}

}  // namespace
}  // namespace renkei::sources::mysql::values
