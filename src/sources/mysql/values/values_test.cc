#include <gtest/gtest.h>

#include "sources/mysql/values/decimal.h"
#include "sources/mysql/values/geometry.h"
#include "sources/mysql/values/json_binary.h"
#include "sources/mysql/values/members.h"
#include "sources/mysql/values/network.h"
#include "sources/mysql/values/reading.h"
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

TEST(Decimal, OfAnyLengthBecomesItsDigits) {
  const uint8_t negative[] = {0x7E, 0xF2, 0x04, 0xC7, 0x2D, 0xFB, 0x2D};
  std::string text;
  ASSERT_TRUE(UnpackDecimalText(negative, 14, 4, text));
  EXPECT_EQ(text, "-1234567890.1234");
  const uint8_t zero[] = {0x80, 0, 0, 0, 0, 0, 0};
  text.clear();
  ASSERT_TRUE(UnpackDecimalText(zero, 14, 4, text));
  EXPECT_EQ(text, "0.0000");
  ASSERT_TRUE(PlainDecimalText("-00012.30", 2, text));
  EXPECT_EQ(text, "-12.30");
  ASSERT_TRUE(PlainDecimalText("-0.00", 2, text));
  EXPECT_EQ(text, "0.00");
  ASSERT_TRUE(PlainDecimalText("000", 0, text));
  EXPECT_EQ(text, "0");
  EXPECT_FALSE(PlainDecimalText("1.2", 2, text));
  EXPECT_FALSE(PlainDecimalText("", 0, text));
  EXPECT_FALSE(PlainDecimalText("1e5", 0, text));
}

TEST(Temporal, ShowsWhatNoCalendarHas) {
  EXPECT_EQ(ShowDate({}), "0000-00-00");
  EXPECT_EQ(ShowDateTime({.year = 2024, .month = 2, .day = 30, .microsecond = 120'000}, 2),
            "2024-02-30 00:00:00.12");
}

TEST(Reading, ComesBackAsItWent) {
  const Reading reading{
      .charset = "cp932", .invalid_text = TextPolicy::kReplace, .zero_dates = ZeroDates::kText};
  EXPECT_EQ(EncodeReading(reading), "charset=cp932 invalid_text=replace zero_dates=text");
  EXPECT_EQ(DecodeReading(EncodeReading(reading)), reading);
  EXPECT_EQ(DecodeReading(""), Reading());
  EXPECT_FALSE(DecodeReading("zero_dates=later"));
}

TEST(Network, ShowsAddressesAsTheServerDoes) {
  EXPECT_EQ(ShowInet4(std::string("\xC0\0\2\1", 4)), "192.0.2.1");
  EXPECT_EQ(ShowInet6(std::string(16, '\0')), "::");
  EXPECT_EQ(ShowInet6(std::string("\x20\1\x0d\xb8", 4) + std::string(11, '\0') + '\1'), "2001:db8::1");
  EXPECT_EQ(ShowInet6(std::string(10, '\0') + std::string("\xff\xff\xc0\0\2\1", 6)), "::ffff:192.0.2.1");
}

TEST(Network, TurnsUuidsOfRowsBack) {
  const auto uuid = ParseUuid("123e4567-e89b-12d3-a456-426655440000");
  ASSERT_TRUE(uuid);
  EXPECT_EQ(UuidOfRow(std::string("\x42\x66\x55\x44\0\0\xa4\x56\x12\xd3\xe8\x9b\x12\x3e\x45\x67", 16)),
            *uuid);
  EXPECT_FALSE(ParseUuid("123e4567"));
  EXPECT_EQ(ShowUuid({reinterpret_cast<const char*>(uuid->data()), uuid->size()}),
            "123e4567-e89b-12d3-a456-426655440000");
}

TEST(Geometry, KeepsItsReferenceSystem) {
  const std::string wkb = std::string("\1\1\0\0\0", 5) + std::string(16, 'x');
  std::string ewkb;
  ASSERT_TRUE(ToEwkb(std::string(4, '\0') + wkb, ewkb));
  EXPECT_EQ(ewkb, wkb);
  ASSERT_TRUE(ToEwkb(std::string("\xe6\x10\0\0", 4) + wkb, ewkb));
  EXPECT_EQ(ewkb, std::string("\1\1\0\0\x20\xe6\x10\0\0", 9) + std::string(16, 'x'));
  EXPECT_FALSE(ToEwkb("", ewkb));
}

TEST(Json, WritesDoublesAsTheServerDoes) {
  const auto show = [](double number) {
    std::string text;
    AppendJsonDouble(number, text);
    return text;
  };
  EXPECT_EQ(show(1), "1.0");
  EXPECT_EQ(show(-0.0), "-0.0");
  EXPECT_EQ(show(0.1), "0.1");
  EXPECT_EQ(show(123456789012345.0), "123456789012345.0");
  EXPECT_EQ(show(1e15), "1e15");
  EXPECT_EQ(show(1.5e-15), "0.0000000000000015");
  EXPECT_EQ(show(9.9e-16), "9.9e-16");
  EXPECT_EQ(show(1234567890123456.0), "1.234567890123456e15");
  EXPECT_EQ(show(1.25e300), "1.25e300");
}

TEST(Json, IsRefusedWhereItIsCutShort) {
  // {"a": [1, "x"]}
  const std::string whole("\0\1\0\x1e\0\x0b\0\1\0\2\x0c\0a\2\0\x12\0\5\1\0\x0c\x0a\0\1x", 25);
  std::string text;
  for (size_t bytes = 1; bytes < whole.size(); ++bytes)
    EXPECT_FALSE(AppendJson(whole.substr(0, bytes), text));
}

TEST(Json, IsRefusedWithANumberThatNoDocumentHas) {
  std::string text;
  EXPECT_FALSE(AppendJson(std::string_view("\x0b\0\0\0\0\0\0\xf0\x7f", 9), text)) << "infinite";
  EXPECT_FALSE(AppendJson(std::string_view("\x0b\0\0\0\0\0\0\xf8\x7f", 9), text)) << "not a number";
  EXPECT_TRUE(AppendJson(std::string_view("\x0b\0\0\0\0\0\0\xf0\x3f", 9), text));
  EXPECT_EQ(text, "1.0");
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
