#include "config/patterns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace renkei::config {
namespace {

TEST(TablePatterns, TheLastMatchDecides) {
  const TablePatterns patterns({"shop.*", "!shop.tmp_*", "shop.tmp_kept"});
  EXPECT_TRUE(patterns.Matches("shop.orders"));
  EXPECT_FALSE(patterns.Matches("shop.tmp_1"));
  EXPECT_TRUE(patterns.Matches("shop.tmp_kept"));
  EXPECT_FALSE(patterns.Matches("other.orders"));
  EXPECT_FALSE(TablePatterns().Matches("shop.orders"));
}

TEST(TablePatterns, StarsMatchAnyRun) {
  EXPECT_TRUE(TablePatterns({"*.*"}).Matches("a.b"));
  EXPECT_TRUE(TablePatterns({"s.a*b*c"}).Matches("s.abxbc"));
  EXPECT_FALSE(TablePatterns({"s.a*b*c"}).Matches("s.abxb"));
  EXPECT_TRUE(TablePatterns({"s.a"}).Matches("s", "a"));
  EXPECT_FALSE(TablePatterns({"s.A"}).Matches("s.a"));
  EXPECT_TRUE(TablePatterns({"s.a.b"}).Matches("s", "a.b")) << "a table's name may hold a dot";
  EXPECT_FALSE(TablePatterns({"s*.b"}).Matches("s.x.b")) << "the schema ends at its dot";
  EXPECT_FALSE(TablePatterns({"*.b"}).Matches("no_dot"));
  const std::string many = "s." + std::string(2000, 'a');
  EXPECT_FALSE(TablePatterns({"s." + std::string("a*a*a*a*a*a*a*a*a*b")}).Matches(many)) << "and in no time";
}

TEST(TablePatterns, Valid) {
  for (const char* good : {"a.b", "*.*", "!a.b", "a.b.c", "店.注文"})
    EXPECT_TRUE(TablePatterns::Valid(good)) << good;
  for (const char* bad : {"", "a", ".a", "a.", "!", "!a", "!!a.b", " a.b", "a.b "}) {
    EXPECT_FALSE(TablePatterns::Valid(bad)) << bad;
  }
}

TEST(TablePatterns, SelectsNothing) {
  EXPECT_TRUE(TablePatterns().SelectsNothing());
  EXPECT_TRUE(TablePatterns({"!a.b"}).SelectsNothing());
  EXPECT_FALSE(TablePatterns({"a.*", "!a.b"}).SelectsNothing());
}

TEST(TablePatterns, NamedTablesMustExist) {
  EXPECT_THAT(TablePatterns({"s.a", "s.*", "s.b", "!s.b"}).NamedTables(), testing::ElementsAre("s.a"));
}

}  // namespace
}  // namespace renkei::config
