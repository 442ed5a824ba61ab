#include "tests/conformance/samples.h"

#include "core/batch_builder.h"

namespace renkei::conformance {

core::TableSchema SampleSchema(uint32_t table) {
  core::TableSchema schema;
  schema.table = core::TableId{table};
  schema.id = core::SchemaId{table};
  schema.native_id = std::to_string(table);
  schema.schema = "shop";
  schema.name = "t" + std::to_string(table);
  schema.columns = {{1, "id", "bigint", {core::Kind::kInt64}, false},
                    {2, "v", "text", {core::Kind::kText}, true}};
  schema.key_kind = core::KeyKind::kPrimary;
  schema.key = {0};
  return schema;
}

core::Batch SampleRows(uint32_t table, int64_t first, uint32_t rows, size_t value_bytes) {
  core::BatchBuilder builder(SampleSchema(table), {});
  for (uint32_t i = 0; i < rows; ++i) {
    builder.BeginRow(core::Operation::kInsert, 0, i);
    builder.after()[0].Fixed(first + i);
    builder.after()[1].Varying(std::string(value_bytes, static_cast<char>('a' + (first + i) % 26)));
  }
  return builder.Finish();
}

core::Repair SampleRepair(uint32_t table, int64_t first, uint32_t rows) {
  core::BatchBuilder builder(SampleSchema(table), {0});
  for (uint32_t i = 0; i <= rows; ++i) {
    const bool gone = i == rows;
    builder.BeginRow(gone ? core::Operation::kDelete : core::Operation::kUpsert, 0, i);
    if (gone) {
      for (core::ColumnBuilder& column : builder.after()) column.Without(core::CellState::kAbsent);
      builder.before()[0].Fixed(first + i);
      continue;
    }
    builder.after()[0].Fixed(first + i);
    builder.after()[1].Varying("mended");
    builder.before()[0].Without(core::CellState::kAbsent);
  }
  return {std::make_shared<const core::Batch>(builder.Finish())};
}

core::Position SamplePosition(uint64_t number) {
  return {number == 0 ? std::string() : "0-1-" + std::to_string(number)};
}

core::ChangeSet SampleSet(const Sample& sample) {
  core::ChangeSet set;
  set.capture = "sample";
  set.session = 1;
  set.lane = sample.lane;
  set.prev = SamplePosition(sample.number - 1);
  set.position = SamplePosition(sample.number);
  core::Transaction transaction;
  transaction.id = set.position.bytes;
  transaction.commit_time = base::WallTime{static_cast<int64_t>(sample.number)};
  transaction.rows = sample.rows;
  set.transactions.push_back(transaction);
  set.items.push_back(
      SampleRows(sample.table, static_cast<int64_t>(sample.number) * 1000, sample.rows, sample.value_bytes));
  return set;
}

}  // namespace renkei::conformance
