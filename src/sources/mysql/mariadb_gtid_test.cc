#include "sources/mysql/mariadb_gtid.h"

#include <gtest/gtest.h>

namespace renkei::sources::mysql {
namespace {

using core::PositionOrder;

MariadbSet Set(std::string_view text) { return MariadbSet::Parse(text).value(); }

TEST(MariadbSet, HasOneEncodingWhateverTheOrder) {
  EXPECT_EQ(Set("10-1-5,2-7-9").Show(), Set("2-7-9, 10-1-5").Show());
  EXPECT_EQ(Set("10-1-5,2-7-9").Show(), "2-7-9,10-1-5");
}

TEST(MariadbSet, TakesTheEmptySet) { EXPECT_TRUE(Set("").empty()); }

TEST(MariadbSet, RefusesWhatIsNone) {
  for (const char* text :
       {"1", "1-2", "1-2-", "1-2-x", "1-2-3-4", "-1-2-3", "0-1-2,0-1-3", "0-1-18446744073709551616"})
    EXPECT_FALSE(MariadbSet::Parse(text).has_value()) << text;
}

TEST(MariadbSet, OrdersByDomain) {
  EXPECT_EQ(MariadbSet::Compare(Set("0-1-5"), Set("0-1-5")), PositionOrder::kEqual);
  EXPECT_EQ(MariadbSet::Compare(Set("0-1-5"), Set("0-2-6")), PositionOrder::kBefore);
  EXPECT_EQ(MariadbSet::Compare(Set("0-1-5,1-1-1"), Set("0-1-5")), PositionOrder::kAfter);
  EXPECT_EQ(MariadbSet::Compare(Set(""), Set("0-1-1")), PositionOrder::kBefore);
  EXPECT_EQ(MariadbSet::Compare(Set("0-1-5,1-1-1"), Set("0-1-4,1-1-2")), PositionOrder::kConcurrent);
  EXPECT_EQ(MariadbSet::Compare(Set("0-1-5"), Set("0-2-5")), PositionOrder::kOtherHistory);
}

TEST(MariadbSet, AdvancesOnlyUpwards) {
  MariadbSet set = Set("0-1-5");
  EXPECT_TRUE(set.Advance({0, 2, 6}));
  EXPECT_TRUE(set.Advance({3, 1, 1}));
  EXPECT_FALSE(set.Advance({0, 1, 6}));
  EXPECT_FALSE(set.Advance({0, 1, 4}));
  EXPECT_EQ(set.Show(), "0-2-6,3-1-1");
  EXPECT_TRUE(set.Contains({0, 9, 6}));
  EXPECT_FALSE(set.Contains({0, 2, 7}));
  EXPECT_FALSE(set.Contains({4, 1, 1}));
}

TEST(MariadbSet, IncludesTheFurtherOfEachDomain) {
  MariadbSet set = Set("0-1-5,1-1-9");
  set.Include(Set("0-1-7,1-1-2,2-1-1"));
  EXPECT_EQ(set.Show(), "0-1-7,1-1-9,2-1-1");
}

}  // namespace
}  // namespace renkei::sources::mysql
