// A table of statements: which are followed in place, and to which schema.
#include "sources/mysql/derive.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sources/mysql/table_extras.h"

namespace renkei::sources::mysql {
namespace {

constexpr uint64_t kStrict = 1 << 21;

core::ColumnSchema Column(uint32_t id, const char* name, const char* native, core::Type type,
                          bool nullable = true) {
  core::ColumnSchema column;
  column.id = id;
  column.name = name;
  column.native_type = native;
  column.type = type;
  column.nullable = nullable;
  if (type.kind == core::Kind::kText) {
    column.charset = "utf8mb4";
    column.collation = "utf8mb4_general_ci";
  }
  return column;
}

core::TableSchema Goods() {
  core::TableSchema table;
  table.table = core::TableId{1};
  table.id = core::SchemaId{1};
  table.schema = "shop";
  table.name = "goods";
  table.columns = {Column(1, "id", "int(11)", {core::Kind::kInt32}, false),
                   Column(2, "name", "varchar(20)", {core::Kind::kText}),
                   Column(3, "price", "decimal(6,2)", {core::Kind::kDecimal, 6, 2}),
                   Column(4, "kind", "enum('a','b')", {core::Kind::kText}),
                   Column(5, "n", "int(10) unsigned", {core::Kind::kUInt32})};
  table.key_kind = core::KeyKind::kPrimary;
  table.key = {0};
  table.open = TableExtras{"utf8mb4", "utf8mb4_general_ci", 6, 1}.Encode();
  return table;
}

StatementContext Context(bool mariadb = true) {
  StatementContext context;
  context.mariadb = mariadb;
  context.default_collations = {{"utf8mb4", "utf8mb4_general_ci"}, {"latin1", "latin1_swedish_ci"}};
  context.sql_mode = kStrict;
  context.is_utf8 = true;
  return context;
}

// "name type[ NOT NULL]" of the columns that are not as before, "-id" of those that are gone, "=value" of a
// fill, "key n" where the key's place moved, "@ ..." the order where it changed.
std::string Show(const core::TableSchema& before, const Derivation& derivation) {
  if (!derivation.schema) return "copy";
  std::string shown;
  std::string order;
  for (const core::ColumnSchema& column : derivation.schema->columns) {
    order += std::to_string(column.id);
    if (std::ranges::count(before.columns, column) > 0) continue;
    shown += fmt::format("{}{}:{} {}{}", shown.empty() ? "" : ", ", column.id, column.name,
                         column.native_type, column.nullable ? "" : " NOT NULL");
    if (!column.charset.empty() && column.collation != "utf8mb4_general_ci") shown += " " + column.collation;
    for (const core::ColumnFill& fill : derivation.fills) {
      if (fill.column == column.id) shown += "=" + fill.value;
    }
  }
  std::string old_order;
  for (const core::ColumnSchema& column : before.columns) old_order += std::to_string(column.id);
  if (order != old_order) shown += (shown.empty() ? "@" : " @") + order;
  EXPECT_EQ(derivation.schema->columns[derivation.schema->key[0]].id, 1u) << "the key is the same column";
  return shown;
}

struct Case {
  const char* alter;  // behind ALTER TABLE goods
  const char* outcome;
};

class Derived : public ::testing::TestWithParam<Case> {};

TEST_P(Derived, Schema) {
  const core::TableSchema goods = Goods();
  const std::string statement = std::string("ALTER TABLE goods ") + GetParam().alter;
  EXPECT_EQ(Show(goods, DeriveSchema(goods, statement, Context())), GetParam().outcome) << statement;
}

INSTANTIATE_TEST_SUITE_P(
    Added, Derived,
    ::testing::Values(
        Case{"ADD COLUMN x INT", "6:x int(11) @123456"}, Case{"ADD x INT FIRST", "6:x int(11) @612345"},
        Case{"ADD x INT AFTER name, ADD y BIGINT UNSIGNED NOT NULL",
             "6:x int(11), 7:y bigint(20) unsigned NOT NULL=0 @1263457"},
        Case{"ADD (x INT, y INT DEFAULT -7)", "6:x int(11), 7:y int(11)=-7 @1234567"},
        Case{"ADD x VARCHAR(10) NOT NULL DEFAULT 'red' COMMENT 'c', ALGORITHM=INSTANT, LOCK=NONE",
             "6:x varchar(10) NOT NULL=red @123456"},
        Case{"ADD x VARCHAR(10) CHARACTER SET latin1 NOT NULL",
             "6:x varchar(10) NOT NULL latin1_swedish_ci= @123456"},
        Case{"ADD x VARCHAR(9) COLLATE latin1_bin", "6:x varchar(9) latin1_bin @123456"},
        Case{"ADD x CHAR DEFAULT '未'", "6:x char(1)=未 @123456"},
        Case{"ADD x DECIMAL(10,3) NOT NULL DEFAULT 01.50", "6:x decimal(10,3) NOT NULL=1.50 @123456"},
        Case{"ADD x DECIMAL DEFAULT '5'", "6:x decimal(10,0)=5 @123456"},
        Case{"ADD x BOOL NOT NULL DEFAULT TRUE", "6:x tinyint(1) NOT NULL=1 @123456"},
        Case{"ADD x BIT DEFAULT b'1'", "6:x bit(1)=1 @123456"},
        Case{"ADD x DATE DEFAULT '2026-02-28'", "6:x date=2026-02-28 @123456"},
        Case{"ADD x DATETIME(3) DEFAULT '2026-01-02 03:04:05.5'",
             "6:x datetime(3)=2026-01-02 03:04:05.5 @123456"},
        Case{"ADD x ENUM('p','it''s') NOT NULL", "6:x enum('p','it''s') NOT NULL=p @123456"},
        Case{"ADD x SET('p','q') NOT NULL DEFAULT 'q'", "6:x set('p','q') NOT NULL=q @123456"},
        Case{"ADD x JSON", "6:x longtext utf8mb4_bin @123456"}, Case{"ADD x BLOB", "6:x blob @123456"},
        Case{"ADD x DOUBLE DEFAULT NULL", "6:x double @123456"},
        Case{"ADD x TIMESTAMP NULL", "6:x timestamp @123456"},
        Case{"ADD COLUMN IF NOT EXISTS name INT, ADD IF NOT EXISTS x INT", "6:x int(11) @123456"},
        Case{"/* c */ ADD /*!50000 COLUMN */ x INT", "6:x int(11) @123456"},
        // What the statement alone does not say.
        Case{"ADD x TIMESTAMP", "copy"}, Case{"ADD x DATETIME DEFAULT CURRENT_TIMESTAMP", "copy"},
        Case{"ADD x DATETIME NOT NULL", "copy"}, Case{"ADD x DATE DEFAULT '2026-02-30'", "copy"},
        Case{"ADD x DATE DEFAULT '26-2-3'", "copy"}, Case{"ADD x INT DEFAULT (1+1)", "copy"},
        Case{"ADD x INT DEFAULT 1.5", "copy"}, Case{"ADD x INT AS (id * 2)", "copy"},
        Case{"ADD x INT AUTO_INCREMENT UNIQUE", "copy"}, Case{"ADD x INT PRIMARY KEY", "copy"},
        Case{"ADD x DOUBLE DEFAULT 1", "copy"}, Case{"ADD x VARBINARY(3) NOT NULL", "copy"},
        Case{"ADD x ENUM('p') DEFAULT 'P'", "copy"}, Case{"ADD x DECIMAL(4,1) DEFAULT 1.25", "copy"},
        Case{"ADD x VARCHAR(70000)", "copy"}, Case{"ADD x VARCHAR(9) CHARACTER SET martian", "copy"},
        Case{"ADD x INT CHECK (x > 1)", "copy"}, Case{"ADD x INT /*!99999 NOT NULL */", "copy"},
        Case{"ADD x VARCHAR(9) DEFAULT 'a\\nb'", "copy"}, Case{"ADD x GEOMETRY", "copy"},
        Case{"ADD x INT ZEROFILL", "copy"}, Case{"ADD name INT", "copy"}, Case{"ADD x INT AFTER z", "copy"},
        Case{"ADD x INT, FROBNICATE y", "copy"}, Case{"ADD CONSTRAINT c CHECK (id > 1)", "copy"},
        Case{"ADD FOREIGN KEY (n) REFERENCES o (id)", "copy"}, Case{"ADD PARTITION (PARTITION p)", "copy"}));

INSTANTIATE_TEST_SUITE_P(
    Others, Derived,
    ::testing::Values(
        Case{"DROP price", "@1245"}, Case{"DROP COLUMN IF EXISTS z", ""}, Case{"DROP COLUMN z", "copy"},
        Case{"DROP price CASCADE, DROP kind", "@125"}, Case{"DROP id", "copy"},
        Case{"DROP price, ADD price INT", "6:price int(11) @12456"},
        Case{"RENAME COLUMN name TO title", "2:title varchar(20)"},
        Case{"RENAME COLUMN id TO number", "1:number int(11) NOT NULL"},
        Case{"RENAME COLUMN name TO price, RENAME COLUMN price TO name", "copy"},
        Case{"CHANGE name title VARCHAR(20) NULL", "2:title varchar(20)"},
        Case{"CHANGE name title VARCHAR(30), ADD x INT AFTER title", "copy"},
        Case{"CHANGE name title VARCHAR(30) FIRST", "2:title varchar(30) @21345"},
        Case{"MODIFY name VARCHAR(20) NOT NULL", "2:name varchar(20) NOT NULL"},
        Case{"MODIFY name VARCHAR(19)", "copy"}, Case{"MODIFY name CHAR(20)", "copy"},
        Case{"MODIFY name VARCHAR(20) CHARACTER SET latin1", "copy"},
        Case{"MODIFY name VARCHAR(20) COLLATE utf8mb4_bin", "2:name varchar(20) utf8mb4_bin"},
        Case{"MODIFY price DECIMAL(8,2)", "3:price decimal(8,2)"}, Case{"MODIFY price DECIMAL(8,3)", "copy"},
        Case{"MODIFY price DECIMAL(40,2)", "copy"},
        Case{"MODIFY n BIGINT UNSIGNED", "5:n bigint(20) unsigned"}, Case{"MODIFY n BIGINT", "copy"},
        Case{"MODIFY n SMALLINT UNSIGNED", "copy"},
        Case{"MODIFY id BIGINT NOT NULL AUTO_INCREMENT", "1:id bigint(20) NOT NULL"},
        Case{"MODIFY n INT UNSIGNED AUTO_INCREMENT", "copy"}, Case{"MODIFY id VARCHAR(20)", "copy"},
        Case{"MODIFY kind ENUM('a','b','c')", "4:kind enum('a','b','c')"},
        Case{"MODIFY kind ENUM('b','a')", "copy"}, Case{"MODIFY kind ENUM('a','b') FIRST", "@41235"},
        Case{"MODIFY n INT UNSIGNED AFTER id, MODIFY kind ENUM('a','b') AFTER n", "@15423"},
        Case{"ALTER name SET DEFAULT 'x', ALTER COLUMN n DROP DEFAULT", ""},
        Case{"ADD INDEX (name, price), ADD UNIQUE KEY u (n), DROP INDEX k, DROP FOREIGN KEY f", ""},
        Case{"DROP INDEX `PRIMARY`", "copy"}, Case{"DROP PRIMARY KEY", "copy"},
        Case{"COMMENT = 'a, b' AUTO_INCREMENT 7, ENGINE=InnoDB ROW_FORMAT=DYNAMIC", ""},
        Case{"ENGINE=MyISAM", "copy"}, Case{"RENAME TO other", "copy"},
        Case{"CONVERT TO CHARACTER SET latin1", "copy"}, Case{"ORDER BY id", "copy"},
        Case{"DEFAULT CHARACTER SET latin1, ADD x CHAR(3)", "6:x char(3) latin1_swedish_ci @123456"},
        Case{"FORCE", ""}, Case{"PARTITION BY HASH (id)", "copy"}));

TEST(Deriving, ColumnsKeepTheirNumbersForEver) {
  core::TableSchema goods = Goods();
  goods = *DeriveSchema(goods, "ALTER TABLE goods DROP n", Context()).schema;
  goods = *DeriveSchema(goods, "ALTER TABLE goods ADD n INT", Context()).schema;
  EXPECT_EQ(goods.columns.back().id, 6u);
}

TEST(Deriving, DependsOnTheSession) {
  const core::TableSchema goods = Goods();
  StatementContext context = Context();
  EXPECT_TRUE(DeriveSchema(goods, "ALTER TABLE goods ADD x CHAR(1) DEFAULT '未'", context).schema);
  context.is_utf8 = false;
  EXPECT_FALSE(DeriveSchema(goods, "ALTER TABLE goods ADD x CHAR(1) DEFAULT '未'", context).schema);
  EXPECT_TRUE(DeriveSchema(goods, "ALTER TABLE goods ADD x INT", context).schema);
  context.sql_mode = 0;
  EXPECT_FALSE(DeriveSchema(goods, "ALTER TABLE goods MODIFY name VARCHAR(20) NOT NULL", context).schema)
      << "NULL becomes an empty text";
  context.sql_mode = kStrict | 4;
  EXPECT_FALSE(DeriveSchema(goods, "ALTER TABLE goods ADD x INT", context).schema) << "ANSI_QUOTES";
  context.sql_mode.reset();
  EXPECT_FALSE(DeriveSchema(goods, "ALTER TABLE goods ADD x INT", context).schema);
}

TEST(Deriving, SpellsTypesAsMysqlDoes) {
  const core::TableSchema goods = Goods();
  const Derivation derived = DeriveSchema(
      goods, "ALTER TABLE goods ADD (a INT(5), b BOOL, c BIGINT UNSIGNED, d YEAR, e JSON)", Context(false));
  ASSERT_TRUE(derived.schema);
  EXPECT_EQ(Show(goods, derived),
            "6:a int, 7:b tinyint(1), 8:c bigint unsigned, 9:d year, 10:e json @12345678910");
}

TEST(Deriving, OfATableWithoutAKnownCharacterSetNoTextIsAdded) {
  core::TableSchema goods = Goods();
  goods.open.clear();
  EXPECT_FALSE(DeriveSchema(goods, "ALTER TABLE goods ADD x VARCHAR(3)", Context()).schema);
  EXPECT_TRUE(DeriveSchema(goods, "ALTER TABLE goods ADD x INT", Context()).schema);
}

TEST(Deriving, AUniqueIndexThatIsDroppedMayBeTheKey) {
  core::TableSchema goods = Goods();
  goods.key_kind = core::KeyKind::kUnique;
  EXPECT_FALSE(DeriveSchema(goods, "ALTER TABLE goods DROP INDEX k", Context()).schema);
}

TEST(Deriving, ATableWithoutAKeyIsCopied) {
  core::TableSchema goods = Goods();
  goods.key_kind = core::KeyKind::kWholeRow;
  goods.key.clear();
  EXPECT_FALSE(DeriveSchema(goods, "ALTER TABLE goods ADD x INT", Context()).schema);
}

TEST(Deriving, NothingRunsOffTheStatementsEnd) {
  const core::TableSchema goods = Goods();
  const std::string whole =
      "ALTER TABLE goods ADD x DECIMAL(3,1) NOT NULL DEFAULT -1.5 AFTER name, CHANGE n m INT, DROP price";
  for (size_t length = 0; length < whole.size(); ++length)
    (void)DeriveSchema(goods, std::string_view(whole).substr(0, length), Context());
}

}  // namespace
}  // namespace renkei::sources::mysql
