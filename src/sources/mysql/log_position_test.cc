#include "sources/mysql/log_position.h"

#include <gtest/gtest.h>

namespace renkei::sources::mysql {
namespace {

using core::PositionOrder;

const std::string kUuid = "aaaaaaaa-0000-0000-0000-000000000001";

LogPosition At(const std::string& bytes) { return LogPosition::Decode(core::Position{bytes}).value(); }

TEST(LogPosition, SurvivesItsEncodingInEveryForm) {
  for (const std::string& bytes : {std::string("mariadb/0-1-5,2-7-9"), "mysql/" + kUuid + ":1-5:7",
                                   "binlog/" + kUuid + "/binlog.000003:4711", std::string("mariadb/")})
    EXPECT_EQ(At(bytes).Encode().bytes, bytes);
  EXPECT_FALSE(LogPosition::Decode(core::Position{"0-1-5"}).has_value());
  EXPECT_FALSE(LogPosition::Decode(core::Position{"binlog/x"}).has_value());
}

TEST(LogPosition, ByPlaceMovesToEnds) {
  LogPosition position = At("binlog/" + kUuid + "/binlog.000009:500");
  const auto id = ParseTransactionId("binlog.000010:4");
  ASSERT_TRUE(id.has_value());
  EXPECT_FALSE(position.Contains(*id));
  EXPECT_TRUE(position.Advance(*id, {"binlog.000010", 900}));
  EXPECT_EQ(position.Show(), "binlog.000010:900");
  EXPECT_TRUE(position.Contains(*id));
  EXPECT_FALSE(position.Advance(*id, {"binlog.000010", 900}));
}

TEST(LogPosition, NeverMixesForms) {
  LogPosition position = At("mysql/" + kUuid + ":1-5");
  EXPECT_FALSE(position.Advance(*ParseTransactionId("0-1-5"), {"binlog.000001", 9}));
  EXPECT_EQ(LogPosition::Compare(position, At("mariadb/0-1-5")), PositionOrder::kOtherHistory);
  EXPECT_EQ(LogPosition::Compare(At("binlog/a/b.000001:5"), At("binlog/c/b.000001:6")),
            PositionOrder::kOtherHistory);
  EXPECT_EQ(LogPosition::Compare(At("binlog/a/b.000001:5"), At("binlog/a/b.000001:6")),
            PositionOrder::kBefore);
}

}  // namespace
}  // namespace renkei::sources::mysql
