#include "sources/mysql/foreign_keys.h"

#include <gtest/gtest.h>

namespace renkei::sources::mysql {
namespace {

TEST(ForeignKeys, OnlyThoseThatChangeRowsCount) {
  const auto actions = FindForeignKeyActions(
      "CREATE TABLE `c` (\n `id` int, `references` int COMMENT 'REFERENCES x ON DELETE CASCADE',\n"
      " CONSTRAINT `one` FOREIGN KEY (`a`) REFERENCES `p` (`id`) ON DELETE CASCADE ON UPDATE SET NULL,\n"
      " CONSTRAINT `two` FOREIGN KEY (`b`,`c`) REFERENCES `p` (`x`,`y`),\n"
      " CONSTRAINT `three` FOREIGN KEY (`d`) REFERENCES `q` (`id`) ON DELETE NO ACTION ON UPDATE CASCADE,\n"
      " CONSTRAINT `four` FOREIGN KEY (`d`) REFERENCES `q` (`id`) ON DELETE NO ACTION\n) ENGINE=InnoDB");
  ASSERT_EQ(actions.size(), 2u);
  EXPECT_EQ(actions[0].constraint, "one");
  EXPECT_EQ(actions[0].parent, "p");
  EXPECT_EQ(actions[0].action, "ON DELETE CASCADE ON UPDATE SET NULL");
  EXPECT_EQ(actions[1].constraint, "three");
  EXPECT_EQ(actions[1].action, "ON UPDATE CASCADE");
}

TEST(ForeignKeys, BrokenTextEnds) {
  for (const char* text :
       {"REFERENCES", "REFERENCES p", "REFERENCES p (", "REFERENCES p () ON", "REFERENCES p () ON DELETE",
        "REFERENCES p () ON DELETE SET", "REFERENCES p () ON ON ON"})
    EXPECT_LE(FindForeignKeyActions(text).size(), 1u);
}

}  // namespace
}  // namespace renkei::sources::mysql
