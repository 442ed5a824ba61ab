#include "cli/text_table.h"

#include <gtest/gtest.h>

namespace renkei::cli {
namespace {

TEST(TextTable, ColumnsStandStraightUnderJapanese) {
  TextTable table({{"table"}, {"rows", true}, {"state"}});
  table.Add({"店.注文", "12", "live"});
  table.Add({"shop.items", "3456789", ""});
  EXPECT_EQ(table.Text(),
            "table          rows  state\n"
            "店.注文          12  live\n"
            "shop.items  3456789\n");
}

}  // namespace
}  // namespace renkei::cli
