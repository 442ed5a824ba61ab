#include "sources/mysql/binlog/binlog_place.h"

#include <gtest/gtest.h>

namespace renkei::sources::mysql::binlog {
namespace {

TEST(BinlogPlace, OrdersByFileThenOffset) {
  EXPECT_EQ(BinlogFileNumber("mysql-bin.000123"), 123u);
  EXPECT_EQ(BinlogFileNumber("log"), 0u);
  EXPECT_LT((BinlogPlace{1, 900}), (BinlogPlace{2, 4}));
}

TEST(BinlogPlace, WidensOffsetsPastFourGiB) {
  constexpr uint64_t kFourGiB = uint64_t{1} << 32;
  EXPECT_EQ(WidenOffset(2000, 1990), 1990u);
  EXPECT_EQ(WidenOffset(kFourGiB + 10, UINT32_MAX), kFourGiB - 1);
  EXPECT_EQ(WidenOffset(1000, 2000), 2000u);
  EXPECT_EQ(WidenOffset(kFourGiB - 10, 20), kFourGiB + 20);
  EXPECT_EQ(WidenOffset(kFourGiB + 20, 500), kFourGiB + 500);
}

}  // namespace
}  // namespace renkei::sources::mysql::binlog
