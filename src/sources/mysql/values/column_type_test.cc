#include "sources/mysql/values/column_type.h"

#include <gtest/gtest.h>

namespace renkei::sources::mysql::values {
namespace {

std::string Show(std::string_view native, std::string_view charset = "", bool json = false) {
  const auto type = ParseColumnType(native, charset, json);
  return type ? core::TypeName(type->type) : "none";
}

TEST(ColumnType, BecomesOurType) {
  EXPECT_EQ(Show("tinyint(1)"), "int8");
  EXPECT_EQ(Show("tinyint(3) unsigned"), "uint8");
  EXPECT_EQ(Show("mediumint(8) unsigned zerofill"), "uint32");
  EXPECT_EQ(Show("bigint(20)"), "int64");
  EXPECT_EQ(Show("decimal(12,2) unsigned"), "decimal(12,2)");
  EXPECT_EQ(Show("decimal(38,38)"), "decimal(38,38)");
  EXPECT_EQ(Show("bit(1)"), "bool");
  EXPECT_EQ(Show("bit(2)"), "uint64");
  EXPECT_EQ(Show("year(4)"), "int16");
  EXPECT_EQ(Show("time(3)"), "duration");
  EXPECT_EQ(Show("datetime"), "timestamp");
  EXPECT_EQ(Show("timestamp(6)"), "timestamptz");
  EXPECT_EQ(Show("varchar(40)", "utf8mb4"), "text");
  EXPECT_EQ(Show("longtext", "utf8mb4", true), "json");
  EXPECT_EQ(Show("varbinary(10)"), "bytes");
  EXPECT_EQ(Show("enum('a')", "latin1"), "text");
}

TEST(ColumnType, TakesWhatNeedsAFormOfItsOwn) {
  EXPECT_EQ(Show("decimal(39,0)"), "text");
  EXPECT_EQ(Show("decimal(65,30)"), "text");
  EXPECT_EQ(Show("varchar(10)", "sjis"), "text");
  EXPECT_EQ(Show("json"), "json");
  EXPECT_EQ(Show("uuid"), "uuid");
  EXPECT_EQ(Show("inet6"), "text");
  EXPECT_EQ(Show("multipolygon"), "bytes");
  EXPECT_EQ(Show("vector(3)"), "float32[]");
  EXPECT_TRUE(ParseColumnType("datetime(2) /* mariadb-5.3 */", "", false)->old_temporal);
  EXPECT_FALSE(ParseColumnType("datetime(2) /* mysql-5.6 */", "", false)->old_temporal);
  EXPECT_TRUE(ParseColumnType("varchar(10) /*M!100301 COMPRESSED*/", "utf8mb4", false)->compressed);
}

TEST(ColumnType, FollowsItsReading) {
  const auto show = [](std::string_view native, std::string_view charset, const Reading& reading) {
    const auto type = ParseColumnType(native, charset, false, reading);
    return type ? core::TypeName(type->type) : "none";
  };
  EXPECT_EQ(show("date", "", {.zero_dates = ZeroDates::kText}), "text");
  EXPECT_EQ(show("date", "", {.zero_dates = ZeroDates::kNull}), "date");
  EXPECT_EQ(show("int", "", {.zero_dates = ZeroDates::kNull}), "none");
  EXPECT_EQ(show("text", "latin1", {.charset = "utf8mb4"}), "text");
  EXPECT_EQ(show("text", "latin1", {.charset = "binary"}), "bytes");
  EXPECT_EQ(show("text", "latin1", {.invalid_text = TextPolicy::kBytes}), "bytes");
  EXPECT_EQ(show("text", "latin1", {.charset = "nonsense"}), "none");
  EXPECT_EQ(show("blob", "", {.charset = "utf8mb4"}), "none");
}

TEST(ColumnType, IsRefusedWhereItWouldLoseSomething) {
  EXPECT_EQ(Show("decimal(66,0)"), "none");
  EXPECT_EQ(Show("varchar(10)", "filename"), "none");
  EXPECT_EQ(Show("xmltype"), "none");
  EXPECT_EQ(Show("datetime /* something new */"), "none");
  EXPECT_EQ(Show(""), "none");
  EXPECT_EQ(Show("enum('a", "utf8mb4"), "none");
}

TEST(ColumnType, ReadsMembersWithTheirEscapes) {
  const auto type = ParseColumnType(R"(enum('a','b''c','d\\e',',',')','/*',''))", "utf8mb4", false);
  ASSERT_TRUE(type.has_value());
  EXPECT_EQ(type->members, (std::vector<std::string>{"a", "b'c", "d\\e", ",", ")", "/*", ""}));
}

}  // namespace
}  // namespace renkei::sources::mysql::values
