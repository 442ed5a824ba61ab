#include "pipeline/routing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/codes.h"

namespace renkei::pipeline {
namespace {

using config::TablePatterns;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(RoutingTest, ASinkWithoutPatternsGetsEveryTable) {
  const Routing routing({{"all", {}}, {"some", TablePatterns({"shop.shop.*", "!shop.shop.log_*"})}});
  EXPECT_THAT(routing.SinksOf("shop", "shop.orders"), ElementsAre("all", "some"));
  EXPECT_THAT(routing.SinksOf("shop", "shop.log_a"), ElementsAre("all"));
  EXPECT_THAT(routing.SinksOf("core", "shop.orders"), ElementsAre("all"));
  EXPECT_TRUE(routing.Routed("some", "shop", "shop.orders"));
  EXPECT_FALSE(routing.Routed("none", "shop", "shop.orders"));
}

TEST(RoutingTest, TheSameTableOfTwoSourcesCollidesOnlyWhereBothArrive) {
  const std::vector<SourceTables> sources = {{"east", {"shop.orders", "shop.items"}},
                                             {"west", {"shop.orders"}}};
  const Routing routing({{"all", {}}, {"east_only", TablePatterns({"east.*"})}});
  const Owners owners = FindOwners(routing, sources);
  const std::vector<Error>& found = owners.collisions;
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].code(), kTableCollision);
  EXPECT_EQ(found[0].field("sink"), "all");
  EXPECT_EQ(found[0].field("table"), "shop.orders");
  EXPECT_EQ(found[0].field("second"), "west");
  EXPECT_EQ(owners.sources.at({"all", "shop.orders"}), "east");
  EXPECT_EQ(FindOwners(routing, {sources[1], sources[0]}).sources.at({"all", "shop.orders"}), "west");
}

TEST(RoutingTest, APatternOfNoSourceIsFound) {
  const Routing routing({{"w", TablePatterns({"shop.shop.*", "*.shop.*", "!shpo.shop.tmp"})}});
  const std::vector<Error> found = PatternsWithoutSource(routing, {"shop"});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].field("pattern"), "!shpo.shop.tmp");
  EXPECT_THAT(PatternsWithoutSource(Routing({Route{"w", {}}}), {"shop"}), IsEmpty());
}

}  // namespace
}  // namespace renkei::pipeline
