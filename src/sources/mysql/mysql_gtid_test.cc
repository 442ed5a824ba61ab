#include "sources/mysql/mysql_gtid.h"

#include <gtest/gtest.h>

namespace renkei::sources::mysql {
namespace {

using core::PositionOrder;

const std::string kA = "aaaaaaaa-0000-0000-0000-000000000001";
const std::string kB = "bbbbbbbb-0000-0000-0000-000000000002";

MysqlSet Set(const std::string& text) { return MysqlSet::Parse(text).value(); }
MysqlGtid Gtid(const std::string& text) { return ParseMysqlGtid(text).value(); }

TEST(MysqlSet, HasOneFormWhateverTheOrder) {
  EXPECT_EQ(Set(kB + ":1," + kA + ":7:1-3:4-5").Show(), kA + ":1-5:7," + kB + ":1");
  EXPECT_EQ(Set("AAAAAAAA-0000-0000-0000-000000000001:3-9,\n" + kA + ":1-4").Show(), kA + ":1-9");
  EXPECT_EQ(Set(kA + ":1-3:Tag_1:5:6:other:1").Show(), kA + ":1-3," + kA + ":other:1," + kA + ":tag_1:5-6");
  EXPECT_EQ(Set(Set(kA + ":1:x:2").Show()).Show(), kA + ":1," + kA + ":x:2");
  EXPECT_TRUE(Set("").empty());
}

TEST(MysqlSet, RefusesWhatIsNone) {
  for (const std::string& text : {kA, kA + ":", kA + ":0", kA + ":5-3", kA + ":x", kA + ":1-2-3", kA + "1:1",
                                  std::string("0-1-2"), kA + ":9223372036854775808", kA + ":1:a-b"})
    EXPECT_FALSE(MysqlSet::Parse(text).has_value()) << text;
  EXPECT_FALSE(ParseMysqlGtid(kA + ":1-2").has_value());
  EXPECT_FALSE(ParseMysqlGtid(kA).has_value());
}

TEST(MysqlSet, GrowsAndFillsItsGaps) {
  MysqlSet set = Set(kA + ":1-3");
  EXPECT_TRUE(set.Add(Gtid(kA + ":4")));
  EXPECT_FALSE(set.Add(Gtid(kA + ":2")));
  EXPECT_TRUE(set.Add(Gtid(kA + ":7")));
  EXPECT_TRUE(set.Add(Gtid(kA + ":t:1")));
  EXPECT_EQ(set.Show(), kA + ":1-4:7," + kA + ":t:1");
  EXPECT_TRUE(set.Add(Gtid(kA + ":6")));
  EXPECT_TRUE(set.Add(Gtid(kA + ":5")));
  EXPECT_EQ(set.Show(), kA + ":1-7," + kA + ":t:1");
  set.Remove(Gtid(kA + ":4"));
  set.Remove(Gtid(kA + ":t:1"));
  EXPECT_EQ(set.Show(), kA + ":1-3:5-7");
  set.Include(Set(kA + ":4-9," + kB + ":2"));
  EXPECT_EQ(set.Show(), kA + ":1-9," + kB + ":2");
}

TEST(MysqlSet, OrdersByWhatIsInIt) {
  EXPECT_EQ(MysqlSet::Compare(Set(kA + ":1-5"), Set(kA + ":1-5")), PositionOrder::kEqual);
  EXPECT_EQ(MysqlSet::Compare(Set(kA + ":1-5"), Set(kA + ":1-5," + kB + ":1")), PositionOrder::kBefore);
  EXPECT_EQ(MysqlSet::Compare(Set(kA + ":1-5:7"), Set(kA + ":1-5")), PositionOrder::kAfter);
  EXPECT_EQ(MysqlSet::Compare(Set(kA + ":1-5"), Set(kA + ":1-3:5-6")), PositionOrder::kConcurrent);
  EXPECT_EQ(MysqlSet::Compare(Set(kA + ":1"), Set(kA + ":t:1")), PositionOrder::kConcurrent);
  EXPECT_TRUE(Set(kA + ":1-5:7").Contains(Gtid(kA + ":7")));
  EXPECT_FALSE(Set(kA + ":1-5:7").Contains(Gtid(kA + ":6")));
}

TEST(MysqlSet, HasTheWireFormsOfBothKinds) {
  const std::string plain = Set(kA + ":1-5:7").WireForm();
  ASSERT_EQ(plain.size(), 8u + 16 + 8 + 2 * 16);
  EXPECT_EQ(plain.substr(0, 8), std::string("\1\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(plain.substr(40, 8), std::string("\6\0\0\0\0\0\0\0", 8));
  const std::string tagged = Set(kA + ":1:ab:2").WireForm();
  ASSERT_EQ(tagged.size(), 8u + 2 * (16 + 1 + 8 + 16) + 2);
  EXPECT_EQ(tagged.substr(0, 8), std::string("\1\2\0\0\0\0\0\1", 8));
  EXPECT_EQ(tagged.substr(8 + 41 + 16, 3), "\4ab");
}

}  // namespace
}  // namespace renkei::sources::mysql
