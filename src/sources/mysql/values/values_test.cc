#include <gtest/gtest.h>

#include "sources/mysql/values/decimal.h"
#include "sources/mysql/values/members.h"
#include "sources/mysql/values/temporal.h"
#include "sources/mysql/values/text.h"

namespace renkei::sources::mysql::values {
namespace {

TEST(Temporal, CountsDaysBothWays) {
  EXPECT_EQ(DaysOf(1970, 1, 1), 0);
  EXPECT_EQ(DaysOf(1, 1, 1), -719162);
  EXPECT_EQ(DaysOf(9999, 12, 31), 2932896);
  EXPECT_EQ(DaysOf(2000, 2, 29), 11016);
  for (int64_t micros = -62167219200'000'000; micros < 253402300800'000'000; micros += 86'399'999'999 * 37) {
    const DateTime time = DateTimeOf(micros);
    EXPECT_EQ(MicrosOf(time), micros);
  }
}

TEST(Temporal, HasNoImpossibleDates) {
  EXPECT_FALSE(DaysOf(0, 0, 0));
  EXPECT_FALSE(DaysOf(2024, 0, 1));
  EXPECT_FALSE(DaysOf(2024, 13, 1));
  EXPECT_FALSE(DaysOf(2024, 1, 0));
  EXPECT_FALSE(DaysOf(2023, 2, 29));
  EXPECT_FALSE(DaysOf(1900, 2, 29));
  EXPECT_FALSE(MicrosOf({.year = 2024, .month = 1, .day = 1, .hour = 24}));
}

TEST(Decimal, ParsesAndShowsWhatItIs) {
  for (const char* text : {"0.00", "-0.01", "12345678901234567890123456789012345.678"}) {
    const uint8_t scale =
        static_cast<uint8_t>(std::string_view(text).size() - std::string_view(text).find('.') - 1);
    core::Int128 value;
    ASSERT_TRUE(ParseDecimal(text, scale, value)) << text;
    EXPECT_EQ(ShowDecimal(value, scale), text);
  }
  core::Int128 value;
  EXPECT_TRUE(ParseDecimal("7", 3, value));
  EXPECT_EQ(static_cast<int64_t>(value), 7000);
  EXPECT_FALSE(ParseDecimal("", 2, value));
  EXPECT_FALSE(ParseDecimal("1.234", 2, value));
  EXPECT_FALSE(ParseDecimal("1e5", 2, value));
  EXPECT_FALSE(ParseDecimal("999999999999999999999999999999999999999", 0, value));
}

TEST(Decimal, UnpacksTheLogsForm) {
  // 1234567890.1234 as DECIMAL(14,4), from MySQL's own description of the form.
  const uint8_t positive[] = {0x81, 0x0D, 0xFB, 0x38, 0xD2, 0x04, 0xD2};
  ASSERT_EQ(PackedDecimalSize(14, 4), sizeof(positive));
  core::Int128 value;
  ASSERT_TRUE(UnpackDecimal(positive, 14, 4, value));
  EXPECT_EQ(ShowDecimal(value, 4), "1234567890.1234");
  uint8_t negative[sizeof(positive)];
  for (size_t i = 0; i < sizeof(positive); ++i) negative[i] = static_cast<uint8_t>(~positive[i]);
  ASSERT_TRUE(UnpackDecimal(negative, 14, 4, value));
  EXPECT_EQ(ShowDecimal(value, 4), "-1234567890.1234");
  const uint8_t too_much[] = {0x81, 0xFF, 0xFB, 0x38, 0xD2, 0x04, 0xD2};
  EXPECT_FALSE(UnpackDecimal(too_much, 14, 4, value));
}

TEST(Text, KnowsUtf8) {
  for (const char* good : {"", "abcdefghijk", "日本語", "é", "😀", "\x7f", "abcdefgh日"})
    EXPECT_TRUE(IsUtf8(good)) << good;
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80", "\xE6\x97", "abcdefgh\xFF", "\xF0\x8F\xBF\xBF", "\xC3"})
    EXPECT_FALSE(IsUtf8(bad));
}

TEST(Text, ReadsLatin1AsMysqlDoes) {
  std::string scratch;
  std::string_view text;
  ASSERT_TRUE(ToUtf8(Charset::kLatin1, "caf\xE9 \x80 \x81", scratch, text));
  EXPECT_EQ(text, "café € \xC2\x81");
  EXPECT_FALSE(ToUtf8(Charset::kAscii, "\x80", scratch, text));
  EXPECT_FALSE(ToUtf8(Charset::kUtf8, "\x80", scratch, text));
  ASSERT_TRUE(ToUtf8(Charset::kBinary, "\x80", scratch, text));
}

TEST(Members, HaveTheirNames) {
  const std::vector<std::string> members = {"a", "b", "c"};
  std::string_view name;
  EXPECT_TRUE(EnumName(members, 0, name));
  EXPECT_EQ(name, "");
  EXPECT_TRUE(EnumName(members, 3, name));
  EXPECT_EQ(name, "c");
  EXPECT_FALSE(EnumName(members, 4, name));
  std::string names;
  EXPECT_TRUE(SetNames(members, 5, names));
  EXPECT_EQ(names, "a,c");
  EXPECT_FALSE(SetNames(members, 8, names));
  EXPECT_TRUE(SetNames(std::vector<std::string>(64, "m"), ~uint64_t{0}, names));
}

}  // namespace
}  // namespace renkei::sources::mysql::values
