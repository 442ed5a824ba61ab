#include "core/batch_builder.h"

namespace renkei::core {

BatchBuilder::BatchBuilder(const TableSchema& schema, std::vector<uint16_t> before_columns)
    : table_(schema.table),
      schema_(schema.id),
      generation_(schema.generation),
      before_columns_(std::move(before_columns)) {
  for (const ColumnSchema& column : schema.columns) after_.emplace_back(column.type);
  for (uint16_t place : before_columns_) before_.emplace_back(schema.columns[place].type);
}

size_t BatchBuilder::size_bytes() const {
  size_t bytes = operations_.size() * 9;
  for (const ColumnBuilder& column : after_) bytes += column.size_bytes();
  for (const ColumnBuilder& column : before_) bytes += column.size_bytes();
  return bytes;
}

Batch BatchBuilder::Finish() {
  Batch batch;
  batch.table = table_;
  batch.schema = schema_;
  batch.generation = generation_;
  batch.rows = rows();
  batch.before_columns = before_columns_;
  for (ColumnBuilder& column : after_) {
    CHECK_EQ(column.rows(), batch.rows);
    batch.after.push_back(column.Finish());
  }
  for (ColumnBuilder& column : before_) {
    CHECK_EQ(column.rows(), batch.rows);
    batch.before.push_back(column.Finish());
  }
  batch.operations = base::Buffer::Own(std::move(operations_));
  batch.transactions = base::Buffer::Own(std::move(transactions_));
  batch.ordinals = base::Buffer::Own(std::move(ordinals_));
  operations_.clear();
  transactions_.clear();
  ordinals_.clear();
  return batch;
}

}  // namespace renkei::core
