#include "sources/mysql/set_builder.h"

#include <gtest/gtest.h>

namespace renkei::sources::mysql {
namespace {

core::TableSchema Table(uint32_t id) {
  core::TableSchema schema;
  schema.table = core::TableId{id};
  schema.id = core::SchemaId{id};
  schema.columns.resize(2);
  schema.columns[0].type = {core::Kind::kInt64};
  schema.columns[1].type = {core::Kind::kText};
  schema.key = {0};
  return schema;
}

class SetBuilderTest : public ::testing::Test {
 protected:
  void Insert(const core::TableSchema& table, int64_t id, std::string_view text = "x") {
    core::BatchBuilder& rows = builder_.Rows(table);
    rows.BeginRow(core::Operation::kInsert, builder_.open_place(), builder_.next_ordinal());
    rows.after()[0].Fixed(id);
    rows.after()[1].Varying(text);
    rows.before()[0].Without(core::CellState::kAbsent);
    builder_.Count(table, builder_.next_ordinal() + 1);
  }
  void Commit() { builder_.Commit(base::WallTime{1}, core::TimeKind::kReceived); }

  // "t1[0:1 0:2] t2[1:3] | a b": rows as transaction:key, then the transactions.
  static std::string Show(const core::ChangeSet& set) {
    std::string text;
    for (const core::Item& item : set.items) {
      if (const auto* truncate = std::get_if<core::Truncate>(&item)) {
        text += "truncate" + std::to_string(truncate->tables[0].value) + " ";
        continue;
      }
      const auto& batch = std::get<core::Batch>(item);
      text += "t" + std::to_string(batch.table.value) + "[";
      for (uint32_t row = 0; row < batch.rows; ++row) {
        text += std::to_string(batch.transactions.as<uint32_t>()[row]) + ":" +
                std::to_string(batch.after[0].cells<int64_t>()[row]) + " ";
      }
      text.back() = ']';
      text += " ";
    }
    text += "|";
    for (const core::Transaction& transaction : set.transactions)
      text += " " + transaction.id + "=" + std::to_string(transaction.rows);
    return text;
  }

  const core::TableSchema first_ = Table(1);
  const core::TableSchema second_ = Table(2);
  SetBuilder builder_{"capture", 7};
};

TEST_F(SetBuilderTest, GathersTransactionsByTable) {
  builder_.Begin("a");
  Insert(first_, 1);
  Insert(second_, 2);
  Insert(first_, 3);
  Commit();
  builder_.Begin("empty");
  EXPECT_FALSE(builder_.Commit(base::WallTime{1}, core::TimeKind::kReceived));
  builder_.Begin("b");
  Insert(first_, 4);
  Commit();
  EXPECT_EQ(Show(builder_.CutFinished()), "t1[0:1 0:3 1:4] t2[0:2] | a=3 b=1");
  EXPECT_EQ(builder_.size_bytes(), 0u);
}

TEST_F(SetBuilderTest, KeepsWhatIsOpenWhenCut) {
  builder_.Begin("a");
  Insert(first_, 1, "one");
  Commit();
  builder_.Begin("b");
  Insert(first_, 2, "two");
  Insert(second_, 3);
  EXPECT_EQ(Show(builder_.CutFinished()), "t1[0:1] | a=1");
  Insert(first_, 4);
  Commit();
  const core::ChangeSet rest = builder_.CutFinished();
  EXPECT_EQ(Show(rest), "t1[0:2 0:4] t2[0:3] | b=3");
  EXPECT_EQ(std::get<core::Batch>(rest.items[0]).after[1].bytes(0), "two");
  EXPECT_EQ(std::get<core::Batch>(rest.items[0]).ordinals.as<uint32_t>()[1], 2u);
}

TEST_F(SetBuilderTest, AbortsOnlyWhatIsOpen) {
  builder_.Begin("a");
  Insert(first_, 1);
  Commit();
  builder_.Begin("b");
  Insert(first_, 2);
  Insert(second_, 3);
  builder_.Abort();
  builder_.Begin("c");
  Insert(second_, 4);
  Commit();
  EXPECT_EQ(Show(builder_.CutFinished()), "t1[0:1] t2[1:4] | a=1 c=1");
  EXPECT_EQ(builder_.size_bytes(), 0u);
}

TEST_F(SetBuilderTest, CutsPartsOfABigTransaction) {
  builder_.Begin("big");
  Insert(first_, 1);
  Insert(first_, 2);
  const core::ChangeSet part = builder_.CutPart();
  EXPECT_EQ(Show(part), "t1[0:1 0:2] | big=2");
  EXPECT_EQ(part.transactions[0].state, core::TransactionState::kPart);
  builder_.AddPart({1, 100, 2});
  Insert(first_, 3);
  Commit();
  const core::ChangeSet end = builder_.CutFinished();
  EXPECT_EQ(Show(end), "t1[0:3] | big=1");
  EXPECT_EQ(end.transactions[0].state, core::TransactionState::kEnd);
  ASSERT_EQ(end.transactions[0].parts.size(), 1u);
  EXPECT_EQ(std::get<core::Batch>(end.items[0]).ordinals.as<uint32_t>()[0], 2u);
}

TEST_F(SetBuilderTest, DropsTheOpenRowsOfOneTable) {
  builder_.Begin("a");
  Insert(first_, 1);
  Commit();
  builder_.Begin("b");
  Insert(first_, 2);
  Insert(second_, 3);
  Insert(first_, 4);
  builder_.DropOpenRows(first_);
  Insert(second_, 5);
  Commit();
  EXPECT_EQ(Show(builder_.CutFinished()), "t1[0:1] t2[1:3 1:5] | a=1 b=2");
}

TEST_F(SetBuilderTest, ATruncateStandsBetweenItsRows) {
  builder_.Begin("a");
  Insert(first_, 1);
  Commit();
  builder_.Begin("t");
  builder_.Truncate(first_.table);
  Commit();
  builder_.Begin("b");
  Insert(first_, 2);
  Commit();
  EXPECT_EQ(Show(builder_.CutFinished()), "t1[0:1] truncate1 t1[2:2] | a=1 t=0 b=1");
}

}  // namespace
}  // namespace renkei::sources::mysql
