#include "core/row_copy.h"

namespace renkei::core {

namespace {

Column FirstCells(const Column& column, uint32_t rows) {
  const size_t width = FixedWidth(column.type());
  const auto ends = column.ends().as<uint32_t>();
  const size_t data_bytes = width != 0 || rows == 0 ? 0 : ends[rows - 1];
  return Column(column.type(), rows,
                column.states().empty() ? column.states() : column.states().Slice(0, rows),
                column.fixed().Slice(0, rows * width),
                column.ends().Slice(0, width == 0 ? size_t{rows} * sizeof(uint32_t) : 0),
                column.data().Slice(0, data_bytes));
}

}  // namespace

void CopyRow(const Batch& from, uint32_t row, uint32_t transaction, BatchBuilder& to) {
  to.BeginRow(from.operation(row), transaction, from.ordinals.as<uint32_t>()[row]);
  for (size_t i = 0; i < from.after.size(); ++i) to.after()[i].CopyFrom(from.after[i], row);
  for (size_t i = 0; i < from.before.size(); ++i) to.before()[i].CopyFrom(from.before[i], row);
}

Batch FirstRows(const Batch& batch, uint32_t rows) {
  CHECK_LE(rows, batch.rows);
  Batch first = batch;
  first.rows = rows;
  first.operations = batch.operations.Slice(0, rows);
  first.transactions = batch.transactions.Slice(0, size_t{rows} * sizeof(uint32_t));
  first.ordinals = batch.ordinals.Slice(0, size_t{rows} * sizeof(uint32_t));
  for (Column& column : first.after) column = FirstCells(column, rows);
  for (Column& column : first.before) column = FirstCells(column, rows);
  return first;
}

Batch SomeRows(const Batch& batch, const TableSchema& schema,
               const std::function<std::optional<uint32_t>(uint32_t row)>& transaction) {
  BatchBuilder builder(schema, batch.before_columns);
  for (uint32_t row = 0; row < batch.rows; ++row) {
    if (const auto place = transaction(row)) CopyRow(batch, row, *place, builder);
  }
  return builder.Finish();
}

Batch KeptRows(const Batch& chunk, const TableSchema& schema, const std::function<bool(uint32_t row)>& keep) {
  return SomeRows(chunk, schema, [&](uint32_t row) -> std::optional<uint32_t> {
    if (!keep(row)) return std::nullopt;
    return 0;
  });
}

}  // namespace renkei::core
