#include "sources/sqlserver/track_position.h"

#include <gtest/gtest.h>

namespace renkei::sources::sqlserver {
namespace {

using core::PositionOrder;

TEST(TrackPosition, ReadsWhatItWrites) {
  const TrackPosition position{17, "fork/2026-11-25", true};
  const auto read = TrackPosition::Decode(position.Encode());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->version, 17);
  EXPECT_EQ(read->epoch, "fork/2026-11-25");
  EXPECT_TRUE(read->ended);
  EXPECT_FALSE(TrackPosition::Decode({""}));
  EXPECT_FALSE(TrackPosition::Decode({"17"}));
  EXPECT_FALSE(TrackPosition::Decode({"0-1-4711"}));
}

TEST(TrackPosition, VersionsAreALineWithinAnEpochOnly) {
  EXPECT_EQ(TrackPosition::Compare({9, "e"}, {10, "e"}), PositionOrder::kBefore);
  EXPECT_EQ(TrackPosition::Compare({10, "e"}, {10, "e"}), PositionOrder::kEqual);
  EXPECT_EQ(TrackPosition::Compare({11, "e"}, {10, "e"}), PositionOrder::kAfter);
  EXPECT_EQ(TrackPosition::Compare({11, "e"}, {10, "f"}), PositionOrder::kOtherHistory);
}

TEST(TrackPosition, NobodyWaitsForALaneThatEnded) {
  EXPECT_EQ(TrackPosition::Compare({1, "e", true}, {10, "e"}), PositionOrder::kAfter);
}

TEST(TrackPosition, KnowsTheWindowsItContains) {
  const std::string id = WindowId({10, "e"}, core::Lane{3});
  EXPECT_TRUE(ContainsWindow({10, "e"}, id));
  EXPECT_TRUE(ContainsWindow({11, "e"}, id));
  EXPECT_FALSE(ContainsWindow({9, "e"}, id));
  EXPECT_FALSE(ContainsWindow({11, "f"}, id));
}

}  // namespace
}  // namespace renkei::sources::sqlserver
