#include "sources/mysql/packet_pipe.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace renkei::sources::mysql {
namespace {

using namespace std::chrono_literals;

class PacketPipeTest : public ::testing::Test {
 protected:
  bool Push(const std::string& text) {
    return pipe_.Push(std::as_bytes(std::span(text)), base::WallTime{1}, stop_.get_token());
  }
  std::string Taken() {
    std::string text;
    for (size_t i = 0; i < block_.packets.size(); ++i) {
      const auto packet = block_.packet(i);
      text += std::string(reinterpret_cast<const char*>(packet.data()), packet.size()) + " ";
    }
    return text;
  }

  base::ByteBudget budget_{size_t{64} << 20};
  PacketPipe pipe_{budget_, 100};
  PacketBlock block_;
  std::stop_source stop_;
};

TEST_F(PacketPipeTest, HandsOverAllThatWaits) {
  ASSERT_TRUE(Push("one"));
  ASSERT_TRUE(Push(""));
  ASSERT_TRUE(Push("two"));
  ASSERT_TRUE(pipe_.Take(block_, 10s).ok());
  EXPECT_EQ(Taken(), "one  two ");
  EXPECT_TRUE(pipe_.empty());
  EXPECT_GT(budget_.used(base::Stage::kPackets), 0u);
  ASSERT_TRUE(pipe_.Take(block_, 0s).ok());
  EXPECT_EQ(Taken(), "");
  EXPECT_EQ(budget_.used(base::Stage::kPackets), 0u);
}

TEST_F(PacketPipeTest, AFullPipeWaitsUntilItIsTaken) {
  ASSERT_TRUE(Push(std::string(90, 'a')));
  std::jthread reader([&] { EXPECT_TRUE(Push(std::string(90, 'b'))); });
  std::string seen;
  while (seen.size() < 182) {
    ASSERT_TRUE(pipe_.Take(block_, 10s).ok());
    EXPECT_LE(block_.packets.size(), 1u);
    seen += Taken();
  }
  EXPECT_EQ(seen[0], 'a');
  EXPECT_EQ(seen[91], 'b');
}

TEST_F(PacketPipeTest, APacketLargerThanABlockPasses) {
  ASSERT_TRUE(Push(std::string(5000, 'x')));
  ASSERT_TRUE(pipe_.Take(block_, 10s).ok());
  EXPECT_EQ(Taken().size(), 5001u);
}

TEST_F(PacketPipeTest, ClosesAfterWhatItHolds) {
  ASSERT_TRUE(Push("last"));
  pipe_.Close(Error(Code{2104}));
  ASSERT_TRUE(pipe_.Take(block_, 10s).ok());
  EXPECT_EQ(Taken(), "last ");
  EXPECT_EQ(pipe_.Take(block_, 10s).error().code(), Code{2104});
}

TEST_F(PacketPipeTest, AStopEndsTheWaitForRoom) {
  ASSERT_TRUE(Push(std::string(100, 'a')));
  std::jthread reader([&] { EXPECT_FALSE(Push("b")); });
  stop_.request_stop();
}

TEST_F(PacketPipeTest, AWakeEndsTheWaitForPackets) {
  std::jthread waker([&] { pipe_.Wake(); });
  ASSERT_TRUE(pipe_.Take(block_, 10s).ok());
  EXPECT_EQ(Taken(), "");
}

}  // namespace
}  // namespace renkei::sources::mysql
