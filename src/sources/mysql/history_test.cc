#include "sources/mysql/history.h"

#include <gtest/gtest.h>

namespace renkei::sources::mysql {
namespace {

TEST(HistoryNote, SurvivesItsEncoding) {
  const HistoryNote note{{3, ""}, "binlog.000042", 4711, 5000, 0xDEADBEEF, "0-3-17"};
  const auto decoded = HistoryNote::Decode(note.Encode());
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->Encode(), note.Encode());
  EXPECT_EQ(decoded->begin, 4711u);
  EXPECT_EQ(decoded->crc, 0xDEADBEEF);
  EXPECT_FALSE(HistoryNote::Decode("").has_value());
  EXPECT_EQ(HistoryNote::Decode(HistoryNote{.server = {9, ""}}.Encode())->gtid, "");
  const auto mysql = HistoryNote::Decode(HistoryNote{.server = {9, "a-b"}}.Encode());
  EXPECT_EQ(mysql->server, (client::ServerIdentity{9, "a-b"}));
}

}  // namespace
}  // namespace renkei::sources::mysql
