#include "core/batch_builder.h"

#include <gtest/gtest.h>

namespace renkei::core {
namespace {

TableSchema Orders() {
  TableSchema schema;
  schema.table = TableId{7};
  schema.id = SchemaId{3};
  schema.columns = {{.id = 1, .name = "id", .type = {Kind::kInt64}},
                    {.id = 2, .name = "note", .type = {Kind::kText}},
                    {.id = 3, .name = "price", .type = {Kind::kDecimal, 30, 2}}};
  schema.key = {0};
  return schema;
}

TEST(BatchBuilder, RowsComeBackAsPutIn) {
  BatchBuilder builder(Orders(), {0});
  builder.BeginRow(Operation::kInsert, 0, 0);
  builder.after()[0].Fixed<int64_t>(1);
  builder.after()[1].Varying("注文");
  builder.after()[2].Fixed<Int128>(-12345);
  builder.before()[0].Without(CellState::kAbsent);
  builder.BeginRow(Operation::kDelete, 0, 1);
  for (ColumnBuilder& column : builder.after()) column.Without(CellState::kAbsent);
  builder.before()[0].Fixed<int64_t>(9);

  const Batch batch = builder.Finish();
  ASSERT_EQ(batch.rows, 2u);
  EXPECT_EQ(batch.table, TableId{7});
  EXPECT_EQ(batch.operation(1), Operation::kDelete);
  EXPECT_EQ(batch.ordinals.as<uint32_t>()[1], 1u);
  EXPECT_EQ(batch.after[0].cells<int64_t>()[0], 1);
  EXPECT_EQ(batch.after[1].bytes(0), "注文");
  EXPECT_EQ(batch.after[2].cells<Int128>()[0], Int128{-12345});
  EXPECT_EQ(batch.after[1].state(1), CellState::kAbsent);
  EXPECT_EQ(batch.before[0].state(0), CellState::kAbsent);
  EXPECT_EQ(batch.before[0].cells<int64_t>()[1], 9);
  EXPECT_EQ(builder.rows(), 0u) << "the builder can be used again";
}

TEST(BatchBuilder, EmptyTextIsNotNull) {
  ColumnBuilder builder(Type{Kind::kText});
  builder.Varying("");
  builder.Null();
  builder.Varying("x");
  const Column column = builder.Finish();
  EXPECT_TRUE(column.is_value(0));
  EXPECT_EQ(column.bytes(0), "");
  EXPECT_EQ(column.state(1), CellState::kNull);
  EXPECT_EQ(column.bytes(2), "x");
  EXPECT_FALSE(column.all_values());
}

TEST(BatchBuilder, CellsAreCopiedWithTheirState) {
  ColumnBuilder builder(Type{Kind::kInt32});
  builder.Fixed<int32_t>(5);
  builder.Null();
  const Column column = builder.Finish();
  ColumnBuilder copy(Type{Kind::kInt32});
  copy.CopyFrom(column, 1);
  copy.CopyFrom(column, 0);
  const Column copied = copy.Finish();
  EXPECT_EQ(copied.state(0), CellState::kNull);
  EXPECT_EQ(copied.cells<int32_t>()[1], 5);
}

TEST(BatchBuilderDeathTest, AColumnWithoutACellForARowIsAProgrammersError) {
  BatchBuilder builder(Orders(), {});
  builder.BeginRow(Operation::kInsert, 0, 0);
  EXPECT_DEATH(builder.Finish(), "column.rows");
}

}  // namespace
}  // namespace renkei::core
