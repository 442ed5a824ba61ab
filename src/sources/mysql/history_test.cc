#include "sources/mysql/history.h"

#include <gtest/gtest.h>

#include "sources/mysql/binlog_place.h"

namespace renkei::sources::mysql {
namespace {

TEST(HistoryNote, SurvivesItsEncoding) {
  const HistoryNote note{3, "binlog.000042", 4711, 5000, 0xDEADBEEF, "0-3-17"};
  const auto decoded = HistoryNote::Decode(note.Encode());
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->Encode(), note.Encode());
  EXPECT_EQ(decoded->begin, 4711u);
  EXPECT_EQ(decoded->crc, 0xDEADBEEF);
  EXPECT_FALSE(HistoryNote::Decode("").has_value());
  EXPECT_EQ(HistoryNote::Decode(HistoryNote{.server_id = 9}.Encode())->gtid, "");
}

TEST(BinlogPlace, OrdersByFileThenOffset) {
  EXPECT_EQ(BinlogFileNumber("mysql-bin.000123"), 123u);
  EXPECT_EQ(BinlogFileNumber("log"), 0u);
  EXPECT_LT((BinlogPlace{1, 900}), (BinlogPlace{2, 4}));
}

TEST(BinlogPlace, WidensOffsetsPastFourGiB) {
  constexpr uint64_t kFourGiB = uint64_t{1} << 32;
  EXPECT_EQ(WidenOffset(1000, 2000), 2000u);
  EXPECT_EQ(WidenOffset(kFourGiB - 10, 20), kFourGiB + 20);
  EXPECT_EQ(WidenOffset(kFourGiB + 20, 500), kFourGiB + 500);
}

}  // namespace
}  // namespace renkei::sources::mysql
