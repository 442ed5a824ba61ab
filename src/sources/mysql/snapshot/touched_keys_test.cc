#include "sources/mysql/snapshot/touched_keys.h"

#include <gtest/gtest.h>

#include "core/batch_builder.h"

namespace renkei::sources::mysql::snapshot {
namespace {

using core::Operation;

core::TableSchema Table() {
  core::TableSchema schema;
  schema.table = core::TableId{1};
  schema.columns.resize(1);
  schema.columns[0].type = {core::Kind::kInt32};
  schema.key = {0};
  return schema;
}

std::string Key(int32_t id) {
  core::ColumnBuilder builder({core::Kind::kInt32});
  builder.Fixed(id);
  const core::Column column = builder.Finish();
  return KeyOf({&column}, 0);
}

class TouchedKeysTest : public ::testing::Test {
 protected:
  struct Row {
    Operation operation;
    int32_t before;
    int32_t after;
    uint32_t transaction;
  };
  core::ChangeSet Set(const std::vector<Row>& rows) {
    core::BatchBuilder builder(schema_, schema_.key);
    for (const Row& row : rows) {
      builder.BeginRow(row.operation, row.transaction, 0);
      if (row.operation == Operation::kDelete) {
        builder.after()[0].Without(core::CellState::kAbsent);
      } else {
        builder.after()[0].Fixed(row.after);
      }
      if (row.before != 0) {
        builder.before()[0].Fixed(row.before);
      } else {
        builder.before()[0].Without(core::CellState::kAbsent);
      }
    }
    core::ChangeSet set;
    set.items.emplace_back(builder.Finish());
    return set;
  }

  const core::TableSchema schema_ = Table();
  const binlog::BinlogPlace early_{1, 100};
  const binlog::BinlogPlace late_{1, 200};
  TouchedKeys touched_{10'000};
};

TEST_F(TouchedKeysTest, KnowsBothKeysOfAChangeAfterAPlace) {
  touched_.Watch(schema_);
  touched_.Record(Set({{Operation::kInsert, 0, 1, 0},
                       {Operation::kUpdate, 2, 3, 1},
                       {Operation::kDelete, 4, 0, 1},
                       {Operation::kUpdate, 0, 5, 1}}),
                  std::vector<binlog::BinlogPlace>{early_, late_});
  EXPECT_EQ(touched_.KeysAfter(schema_.table, early_), (KeySet{Key(2), Key(3), Key(4), Key(5)}));
  EXPECT_EQ(touched_.KeysAfter(schema_.table, {}).size(), 5u);
  EXPECT_TRUE(touched_.KeysAfter(schema_.table, late_).empty());
  touched_.ForgetUpTo(schema_.table, late_);
  EXPECT_EQ(touched_.bytes(), 0u);
}

TEST_F(TouchedKeysTest, PartsCountFromTheirEnd) {
  touched_.Watch(schema_);
  touched_.RecordPart(Set({{Operation::kInsert, 0, 1, 0}}));
  EXPECT_TRUE(touched_.KeysAfter(schema_.table, {}).empty());
  touched_.EndParts(late_);
  EXPECT_EQ(touched_.KeysAfter(schema_.table, early_), KeySet{Key(1)});
  touched_.RecordPart(Set({{Operation::kInsert, 0, 2, 0}}));
  touched_.DropParts();
  touched_.EndParts({1, 300});
  EXPECT_EQ(touched_.KeysAfter(schema_.table, early_), KeySet{Key(1)});
}

TEST_F(TouchedKeysTest, PartsBeforeTheWatchTouchTheWholeTable) {
  touched_.RecordPart(Set({{Operation::kInsert, 0, 1, 0}}));
  touched_.Watch(schema_);
  touched_.EndParts(late_);
  EXPECT_TRUE(touched_.IsWholeAfter(schema_.table, early_));
  EXPECT_FALSE(touched_.IsWholeAfter(schema_.table, late_));
}

TEST_F(TouchedKeysTest, PastItsBoundATableIsTouchedWhole) {
  touched_.Watch(schema_);
  std::vector<Row> rows;
  for (int32_t id = 1; id <= 1000; ++id) rows.push_back({Operation::kInsert, 0, id, 0});
  touched_.Record(Set(rows), std::vector<binlog::BinlogPlace>{late_});
  EXPECT_TRUE(touched_.IsWholeAfter(schema_.table, early_));
  EXPECT_LE(touched_.bytes(), 10'000u);
  touched_.Record(Set({{Operation::kInsert, 0, 1, 0}}), std::vector<binlog::BinlogPlace>{{1, 300}});
  EXPECT_EQ(touched_.KeysAfter(schema_.table, late_), KeySet{Key(1)});
}

TEST_F(TouchedKeysTest, OnlyWatchedTablesCost) {
  touched_.Record(Set({{Operation::kInsert, 0, 1, 0}}), std::vector<binlog::BinlogPlace>{late_});
  EXPECT_EQ(touched_.bytes(), 0u);
  touched_.Watch(schema_);
  touched_.Record(Set({{Operation::kInsert, 0, 1, 0}}), std::vector<binlog::BinlogPlace>{late_});
  touched_.Unwatch(schema_.table);
  EXPECT_EQ(touched_.bytes(), 0u);
}

TEST_F(TouchedKeysTest, KeysOfAPreparedTransactionAreTouchedAtItsEnd) {
  touched_.Watch(schema_);
  touched_.RecordPart(Set({{Operation::kInsert, 0, 7, 0}}));
  touched_.HoldParts("a");
  touched_.RecordPart(Set({{Operation::kInsert, 0, 8, 0}}));
  touched_.HoldParts("b");
  EXPECT_TRUE(touched_.KeysAfter(schema_.table, {}).empty());
  touched_.EndHeld("a", schema_.table, late_);
  touched_.DropHeld("b");
  EXPECT_EQ(touched_.KeysAfter(schema_.table, early_), KeySet{Key(7)});
  EXPECT_FALSE(touched_.IsWholeAfter(schema_.table, early_));
  // Prepared before its keys could be held: any may be touched.
  touched_.EndHeld("earlier", schema_.table, late_);
  EXPECT_TRUE(touched_.IsWholeAfter(schema_.table, early_));
  touched_.Unwatch(schema_.table);
  EXPECT_EQ(touched_.bytes(), 0u);
}

}  // namespace
}  // namespace renkei::sources::mysql::snapshot
