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
      " CONSTRAINT `four` FOREIGN KEY (`d`) REFERENCES `q` (`id`) ON DELETE NO ACTION,\n"
      " CONSTRAINT `five` FOREIGN KEY (`b`,`c`) REFERENCES `o`.`r` (`x`, `y`) ON DELETE CASCADE\n) ENGINE=InnoDB",
      "s");
  ASSERT_EQ(actions.size(), 3u);
  EXPECT_EQ(actions[0].constraint, "one");
  EXPECT_EQ(actions[0].parent, "p");
  EXPECT_EQ(actions[0].parent_schema, "s");
  EXPECT_EQ(actions[0].columns, std::vector<std::string>{"a"});
  EXPECT_EQ(actions[0].parent_columns, std::vector<std::string>{"id"});
  EXPECT_EQ(actions[0].action, "ON DELETE CASCADE ON UPDATE SET NULL");
  EXPECT_TRUE(actions[0].on_delete && actions[0].on_update);
  EXPECT_EQ(actions[1].constraint, "three");
  EXPECT_EQ(actions[1].action, "ON UPDATE CASCADE");
  EXPECT_TRUE(!actions[1].on_delete && actions[1].on_update);
  EXPECT_EQ(actions[2].parent_schema + "." + actions[2].parent, "o.r");
  EXPECT_EQ(actions[2].columns, (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(actions[2].parent_columns, (std::vector<std::string>{"x", "y"}));
  EXPECT_TRUE(actions[2].on_delete && !actions[2].on_update);
}

TEST(ForeignKeys, BrokenTextEnds) {
  for (const char* text :
       {"REFERENCES", "REFERENCES p", "REFERENCES p (", "REFERENCES p () ON", "REFERENCES p () ON DELETE",
        "REFERENCES p () ON DELETE SET", "REFERENCES p () ON ON ON"})
    EXPECT_LE(FindForeignKeyActions(text, "s").size(), 1u);
}

}  // namespace
}  // namespace renkei::sources::mysql
