#include "sources/mysql/set_builder.h"

#include <algorithm>
#include <utility>

#include "core/row_copy.h"

namespace renkei::sources::mysql {

namespace {

// Rows of one batch stand in the order of their transactions.
uint32_t RowsBefore(const core::Batch& batch, uint32_t transaction) {
  const auto transactions = batch.transactions.as<uint32_t>();
  return static_cast<uint32_t>(std::ranges::lower_bound(transactions, transaction) - transactions.begin());
}

}  // namespace

void SetBuilder::Begin(std::string id) {
  CHECK(!open_);
  open_ = true;
  open_id_ = std::move(id);
  open_ordinal_ = 0;
  open_rows_ = 0;
  rows_in_parts_ = 0;
  open_items_ = false;
  open_aborts_ = false;
  open_ends_.clear();
  open_parts_.clear();
}

SetBuilder::TableRows& SetBuilder::Find(const core::TableSchema& schema) {
  for (TableRows& table : tables_) {
    if (table.schema == &schema) return table;
  }
  tables_.push_back({&schema, core::BatchBuilder(schema, schema.key), 0});
  return tables_.back();
}

core::BatchBuilder& SetBuilder::Rows(const core::TableSchema& schema) {
  CHECK(open_);
  return Find(schema).builder;
}

void SetBuilder::Count(const core::TableSchema& schema, uint32_t next_ordinal) {
  CHECK_GE(next_ordinal, open_ordinal_);
  TableRows& table = Find(schema);
  const size_t bytes = table.builder.size_bytes();
  bytes_ += bytes - table.bytes;
  table.bytes = bytes;
  open_rows_ += next_ordinal - open_ordinal_;
  open_ordinal_ = next_ordinal;
}

void SetBuilder::Truncate(core::TableId table) {
  CHECK(open_);
  FinishBuilders();
  items_.emplace_back(core::Truncate{{table}, false, open_place()});
  item_schemas_.push_back(nullptr);
  open_items_ = true;
}

void SetBuilder::ChangeSchema(core::TableSchema schema, std::string statement,
                              std::vector<core::ColumnFill> fills) {
  CHECK(open_ && open_rows_ == 0);
  FinishBuilders();
  items_.emplace_back(
      core::SchemaChange{std::move(schema), std::move(statement), open_place(), std::move(fills)});
  item_schemas_.push_back(nullptr);
  open_items_ = true;
}

void SetBuilder::DropOpenRows(const core::TableSchema& schema) {
  FinishBuilders();
  TakeOpenRowsBack();
  TableRows& table = Find(schema);
  open_rows_ -= table.builder.rows();
  bytes_ -= table.bytes;
  table.bytes = 0;
  table.builder = core::BatchBuilder(schema, schema.key);
}

bool SetBuilder::RollBackTo(uint32_t ordinal) {
  CHECK(open_);
  if (ordinal < rows_in_parts_) return false;
  if (ordinal == open_ordinal_) return true;
  FinishBuilders();
  TakeOpenRowsBack();
  for (TableRows& table : tables_) {
    if (table.builder.rows() == 0) continue;
    const core::Batch batch = table.builder.Finish();
    const auto ordinals = batch.ordinals.as<uint32_t>();
    table.builder = core::BatchBuilder(*table.schema, table.schema->key);
    for (uint32_t row = 0; row < batch.rows && ordinals[row] < ordinal; ++row)
      core::CopyRow(batch, row, open_place(), table.builder);
    open_rows_ -= batch.rows - table.builder.rows();
    bytes_ -= table.bytes;
    table.bytes = table.builder.rows() == 0 ? 0 : table.builder.size_bytes();
    bytes_ += table.bytes;
  }
  open_ordinal_ = ordinal;
  return true;
}

void SetBuilder::CommitPrepared(std::string id, std::vector<core::PartPlace> parts) {
  CHECK(open_ && open_rows_ == 0 && open_parts_.empty());
  open_ends_ = std::move(id);
  open_parts_ = std::move(parts);
}

void SetBuilder::AbortPrepared(std::string id) {
  CommitPrepared(std::move(id), {});
  open_aborts_ = true;
}

bool SetBuilder::Commit(base::WallTime time, core::TimeKind kind) {
  CHECK(open_);
  open_ = false;
  const bool empty = open_rows_ == 0 && open_parts_.empty() && !open_items_;
  if (empty && open_ends_.empty()) return false;
  core::TransactionState state = core::TransactionState::kWhole;
  if (!open_parts_.empty() || !open_ends_.empty()) state = core::TransactionState::kEnd;
  if (open_aborts_) state = core::TransactionState::kAbort;
  Finish(time, kind, state);
  return true;
}

void SetBuilder::Prepare(base::WallTime time, core::TimeKind kind, std::string memo) {
  CHECK(open_ && open_rows_ == 0);
  open_ = false;
  Finish(time, kind, core::TransactionState::kPrepared);
  finished_.back().memo = std::move(memo);
}

void SetBuilder::Finish(base::WallTime time, core::TimeKind kind, core::TransactionState state) {
  core::Transaction transaction;
  transaction.id = std::move(open_id_);
  transaction.commit_time = time;
  transaction.time_kind = kind;
  transaction.state = state;
  transaction.rows = open_rows_;
  transaction.parts = std::move(open_parts_);
  transaction.ends = std::move(open_ends_);
  finished_.push_back(std::move(transaction));
}

void SetBuilder::Abort() {
  CHECK(open_);
  if (open_rows_ > 0) {
    FinishBuilders();
    TakeOpenRowsBack();
    tables_.clear();
    bytes_ = item_bytes_;
  }
  open_ = false;
}

void SetBuilder::FinishBuilders() {
  for (TableRows& table : tables_) {
    if (table.builder.rows() == 0) continue;
    items_.emplace_back(table.builder.Finish());
    item_schemas_.push_back(table.schema);
    item_bytes_ += table.bytes;
  }
  tables_.clear();
}

void SetBuilder::TakeOpenRowsBack() {
  std::vector<core::Item> items;
  std::vector<const core::TableSchema*> schemas;
  item_bytes_ = 0;
  for (size_t i = 0; i < items_.size(); ++i) {
    auto* batch = std::get_if<core::Batch>(&items_[i]);
    if (batch == nullptr) {
      items.push_back(std::move(items_[i]));
      schemas.push_back(nullptr);
      continue;
    }
    const uint32_t finished = RowsBefore(*batch, open_place());
    TableRows& table = Find(*item_schemas_[i]);
    for (uint32_t row = finished; row < batch->rows; ++row)
      core::CopyRow(*batch, row, open_place(), table.builder);
    table.bytes = table.builder.rows() == 0 ? 0 : table.builder.size_bytes();
    if (finished == 0) continue;
    core::Batch first = core::FirstRows(*batch, finished);
    item_bytes_ += first.size_bytes();
    items.emplace_back(std::move(first));
    schemas.push_back(item_schemas_[i]);
  }
  items_ = std::move(items);
  item_schemas_ = std::move(schemas);
  bytes_ = item_bytes_;
  for (const TableRows& table : tables_) bytes_ += table.bytes;
}

core::ChangeSet SetBuilder::NewSet() const {
  core::ChangeSet set;
  set.capture = capture_;
  set.session = session_;
  return set;
}

core::ChangeSet SetBuilder::CutFinished() {
  FinishBuilders();
  if (open_ && open_rows_ > 0) TakeOpenRowsBack();
  core::ChangeSet set = NewSet();
  set.transactions = std::exchange(finished_, {});
  set.items = std::exchange(items_, {});
  item_schemas_.clear();
  item_bytes_ = 0;
  // What stays is the set's first and only transaction now.
  std::vector<TableRows> left = std::exchange(tables_, {});
  bytes_ = 0;
  for (TableRows& table : left) {
    if (table.builder.rows() == 0) continue;
    const core::Batch batch = table.builder.Finish();
    TableRows& moved = Find(*table.schema);
    for (uint32_t row = 0; row < batch.rows; ++row) core::CopyRow(batch, row, 0, moved.builder);
    moved.bytes = moved.builder.size_bytes();
    bytes_ += moved.bytes;
  }
  return set;
}

core::ChangeSet SetBuilder::CutPart() {
  CHECK(open_ && finished_.empty());
  FinishBuilders();
  core::ChangeSet set = NewSet();
  core::Transaction transaction;
  transaction.id = open_id_;
  transaction.state = core::TransactionState::kPart;
  transaction.rows = open_rows_;
  set.transactions.push_back(std::move(transaction));
  set.items = std::exchange(items_, {});
  item_schemas_.clear();
  item_bytes_ = 0;
  bytes_ = 0;
  open_rows_ = 0;
  return set;
}

}  // namespace renkei::sources::mysql
