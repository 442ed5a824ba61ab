#include "sources/mysql/snapshot/repair_rows.h"

#include "core/batch_builder.h"

namespace renkei::sources::mysql::snapshot {

namespace {

std::vector<const core::Column*> KeyColumns(const core::TableSchema& schema, const core::Batch& rows) {
  std::vector<const core::Column*> columns;
  for (const uint16_t place : schema.key) columns.push_back(&rows.after[place]);
  return columns;
}

}  // namespace

core::Batch RepairOf(const core::TableSchema& schema, const core::Batch& keys, uint32_t from, uint32_t end,
                     const core::Batch& found, const KeySet& touched, core::RepairDone& done) {
  core::BatchBuilder repair(schema, schema.key);
  const auto found_key = KeyColumns(schema, found);
  KeySet there;
  for (uint32_t row = 0; row < found.rows; ++row) {
    std::string key = KeyOf(found_key, row);
    if (!touched.contains(key) && !there.contains(key)) {
      repair.BeginRow(core::Operation::kUpsert, 0, repair.rows());
      for (size_t i = 0; i < found.after.size(); ++i) repair.after()[i].CopyFrom(found.after[i], row);
      for (core::ColumnBuilder& column : repair.before()) column.Without(core::CellState::kAbsent);
      ++done.rows_read;
    }
    there.insert(std::move(key));
  }
  const auto asked_key = KeyColumns(schema, keys);
  for (uint32_t row = from; row < end; ++row) {
    const std::string key = KeyOf(asked_key, row);
    if (touched.contains(key)) {
      ++done.left_to_stream;
      continue;
    }
    if (there.contains(key)) continue;
    repair.BeginRow(core::Operation::kDelete, 0, repair.rows());
    for (core::ColumnBuilder& column : repair.after()) column.Without(core::CellState::kAbsent);
    for (size_t i = 0; i < asked_key.size(); ++i) repair.before()[i].CopyFrom(*asked_key[i], row);
    ++done.rows_gone;
  }
  return repair.Finish();
}

}  // namespace renkei::sources::mysql::snapshot
