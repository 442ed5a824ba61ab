#include "sources/mysql/gtid.h"

#include <gtest/gtest.h>

namespace renkei::sources::mysql {
namespace {

using core::PositionOrder;

GtidSet Set(std::string_view text) { return GtidSet::Parse(text).value(); }

TEST(GtidSet, HasOneEncodingWhateverTheOrder) {
  EXPECT_EQ(Set("10-1-5,2-7-9").Encode(), Set("2-7-9, 10-1-5").Encode());
  EXPECT_EQ(Set("10-1-5,2-7-9").Show(), "2-7-9,10-1-5");
  EXPECT_EQ(GtidSet::Decode(Set("0-1-3").Encode())->Show(), "0-1-3");
}

TEST(GtidSet, TakesTheEmptySetAndThePositionOfANewLog) {
  EXPECT_TRUE(Set("").empty());
  EXPECT_TRUE(GtidSet::Decode(core::Position{})->empty());
  EXPECT_FALSE(GtidSet().Encode().empty());
}

TEST(GtidSet, RefusesWhatIsNone) {
  for (const char* text :
       {"1", "1-2", "1-2-", "1-2-x", "1-2-3-4", "-1-2-3", "0-1-2,0-1-3", "0-1-18446744073709551616"})
    EXPECT_FALSE(GtidSet::Parse(text).has_value()) << text;
  EXPECT_FALSE(GtidSet::Decode(core::Position{"0-1-2"}).has_value());
  EXPECT_FALSE(GtidSet::Decode(core::Position{"mysql/uuid:1-5"}).has_value());
}

TEST(GtidSet, OrdersByDomain) {
  EXPECT_EQ(GtidSet::Compare(Set("0-1-5"), Set("0-1-5")), PositionOrder::kEqual);
  EXPECT_EQ(GtidSet::Compare(Set("0-1-5"), Set("0-2-6")), PositionOrder::kBefore);
  EXPECT_EQ(GtidSet::Compare(Set("0-1-5,1-1-1"), Set("0-1-5")), PositionOrder::kAfter);
  EXPECT_EQ(GtidSet::Compare(Set(""), Set("0-1-1")), PositionOrder::kBefore);
  EXPECT_EQ(GtidSet::Compare(Set("0-1-5,1-1-1"), Set("0-1-4,1-1-2")), PositionOrder::kConcurrent);
  EXPECT_EQ(GtidSet::Compare(Set("0-1-5"), Set("0-2-5")), PositionOrder::kOtherHistory);
}

TEST(GtidSet, AdvancesOnlyUpwards) {
  GtidSet set = Set("0-1-5");
  EXPECT_TRUE(set.Advance({0, 2, 6}));
  EXPECT_TRUE(set.Advance({3, 1, 1}));
  EXPECT_FALSE(set.Advance({0, 1, 6}));
  EXPECT_FALSE(set.Advance({0, 1, 4}));
  EXPECT_EQ(set.Show(), "0-2-6,3-1-1");
  EXPECT_TRUE(set.Contains({0, 9, 6}));
  EXPECT_FALSE(set.Contains({0, 2, 7}));
  EXPECT_FALSE(set.Contains({4, 1, 1}));
}

TEST(GtidSet, IncludesTheFurtherOfEachDomain) {
  GtidSet set = Set("0-1-5,1-1-9");
  set.Include(Set("0-1-7,1-1-2,2-1-1"));
  EXPECT_EQ(set.Show(), "0-1-7,1-1-9,2-1-1");
}

}  // namespace
}  // namespace renkei::sources::mysql
