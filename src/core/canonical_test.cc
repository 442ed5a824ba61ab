#include "core/canonical.h"

#include <gtest/gtest.h>

#include <cmath>

#include <array>

namespace renkei::core {
namespace {

template <class T>
std::string Shown(Type type, T value) {
  ColumnBuilder builder(type);
  builder.Fixed(value);
  return ShowCell(builder.Finish(), 0);
}

std::string Form(const Column& column, uint32_t row) {
  std::string form;
  AppendCanonical(column, row, form);
  return form;
}

TEST(CanonicalTest, NullEmptyAndZeroDiffer) {
  ColumnBuilder text({Kind::kText});
  text.Varying("");
  text.Null();
  text.Varying(std::string_view("\0", 1));
  const Column column = text.Finish();
  EXPECT_NE(Form(column, 0), Form(column, 1));
  EXPECT_NE(Form(column, 0), Form(column, 2));
}

TEST(CanonicalTest, NeighbouringTextsCannotBeTakenForOneAnother) {
  ColumnBuilder left({Kind::kText});
  left.Varying("ab");
  left.Varying("c");
  ColumnBuilder right({Kind::kText});
  right.Varying("a");
  right.Varying("bc");
  const Column one = left.Finish();
  const Column other = right.Finish();
  EXPECT_NE(Form(one, 0) + Form(one, 1), Form(other, 0) + Form(other, 1));
}

TEST(CanonicalTest, TheSameValueHasTheSameFormWhateverStandsBesideIt) {
  ColumnBuilder with_null({Kind::kInt32});
  with_null.Null();
  with_null.Fixed<int32_t>(7);
  ColumnBuilder alone({Kind::kInt32});
  alone.Fixed<int32_t>(7);
  EXPECT_EQ(Form(with_null.Finish(), 1), Form(alone.Finish(), 0));
}

TEST(ShowCellTest, WritesValuesAsPeopleDo) {
  EXPECT_EQ(Shown<int64_t>({Kind::kDecimal, 12, 2}, -1250), "-12.50");
  EXPECT_EQ(Shown<int64_t>({Kind::kDecimal, 12, 2}, 5), "0.05");
  EXPECT_EQ(Shown<Int128>({Kind::kDecimal, 30, 0}, 17), "17");
  EXPECT_EQ(Shown<int32_t>({Kind::kDate}, -1), "1969-12-31");
  EXPECT_EQ(Shown<int32_t>({Kind::kDate}, 20'782), "2026-11-25");
  EXPECT_EQ(Shown<int64_t>({Kind::kTimestamp}, -500'000), "1969-12-31 23:59:59.5");
  EXPECT_EQ(Shown<int64_t>({Kind::kDuration}, -3'020'399'000'000), "-838:59:59");
  EXPECT_EQ(Shown<uint64_t>({Kind::kUInt64}, ~uint64_t{0}), "18446744073709551615");
  ColumnBuilder text({Kind::kText});
  text.Varying("it's");
  EXPECT_EQ(ShowCell(text.Finish(), 0), "'it''s'");
  ColumnBuilder bytes({Kind::kBytes});
  bytes.Varying(std::string_view("\0\xff", 2));
  EXPECT_EQ(ShowCell(bytes.Finish(), 0), "x'00ff'");
  std::array<uint8_t, 16> uuid = {0x12, 0x3e, 0x45, 0x67, 0xe8, 0x9b, 0x12, 0xd3, 0xa4, 0x56};
  EXPECT_EQ(Shown({Kind::kUuid}, uuid), "123e4567-e89b-12d3-a456-000000000000");
  ColumnBuilder list({Kind::kFloat32List});
  list.Varying("");
  list.Varying(std::string_view("\0\0\x80\x3f\0\0\0\xbf", 8));
  const Column lists = list.Finish();
  EXPECT_EQ(ShowCell(lists, 0), "[]");
  EXPECT_EQ(ShowCell(lists, 1), "[1, -0.5]");
}

TEST(CanonicalTest, AZeroIsAZeroAndANanIsANan) {
  ColumnBuilder builder(Type{Kind::kFloat64});
  for (const double number : {0.0, -0.0, std::nan("1"), -std::nan("2"), 1.5, -1.5}) builder.Fixed(number);
  const Column column = builder.Finish();
  std::vector<std::string> forms(6);
  for (uint32_t row = 0; row < 6; ++row) AppendCanonical(column, row, forms[row]);
  EXPECT_EQ(forms[0], forms[1]);
  EXPECT_EQ(forms[2], forms[3]);
  EXPECT_NE(forms[0], forms[2]);
  EXPECT_NE(forms[4], forms[5]);
}

TEST(CanonicalTest, IsReadBack) {
  ColumnBuilder numbers({Kind::kInt32});
  numbers.Fixed(int32_t{-7});
  numbers.Null();
  ColumnBuilder texts({Kind::kText});
  texts.Varying("ab");
  texts.Null();
  for (const Column& column : {numbers.Finish(), texts.Finish()}) {
    ColumnBuilder again(column.type());
    for (uint32_t row = 0; row < 2; ++row) ASSERT_TRUE(ParseCanonical(Form(column, row), again));
    const Column read = again.Finish();
    for (uint32_t row = 0; row < 2; ++row) EXPECT_EQ(Form(read, row), Form(column, row));
    ColumnBuilder other({Kind::kInt16});
    EXPECT_FALSE(ParseCanonical(Form(column, 0), other));
    EXPECT_FALSE(ParseCanonical("", other));
    EXPECT_EQ(other.rows(), 0u);
  }
}

}  // namespace
}  // namespace renkei::core
