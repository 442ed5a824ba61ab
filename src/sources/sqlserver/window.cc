#include "sources/sqlserver/window.h"

#include <fmt/format.h>

#include "sources/sqlserver/column_type.h"
#include "sources/sqlserver/row_reader.h"
#include "sources/sqlserver/table_catalog.h"

namespace renkei::sources::sqlserver {

namespace {

// The key as the change has it, then the row as it is now.
std::string ChangesOf(const core::TableSchema& table, int64_t from, int64_t to) {
  std::string keys;
  std::string join;
  for (const uint16_t place : table.key) {
    const core::ColumnSchema& column = table.columns[place];
    const std::string name = client::QuoteName(column.name);
    keys += SelectExpression(column, "c") + ", ";
    join += fmt::format("{}t.{} = c.{}", join.empty() ? "" : " AND ", name, name);
  }
  return fmt::format(
      "DECLARE @from bigint = {}, @to bigint = {}; SELECT {}{} FROM CHANGETABLE(CHANGES {}, @from) AS c "
      "LEFT JOIN {} AS t ON {} WHERE c.SYS_CHANGE_VERSION <= @to",
      from, to, keys, SelectList(table, "t"), QuoteTable(table), QuoteTable(table), join);
}

}  // namespace

Status Window::Add(client::Connection& connection, const core::TableSchema& table, int64_t from) {
  RETURN_IF_ERROR(connection.Start(ChangesOf(table, from, parts_.to.version)));
  core::BatchBuilder builder(table, table.key);
  for (;;) {
    ASSIGN_OR_RETURN(const bool row, connection.NextRow());
    if (!row) break;
    RETURN_IF_ERROR(AddRow(connection, table, builder));
    if (batch_bytes_ + builder.size_bytes() < core::kSetBytesMax) continue;
    batches_.push_back(builder.Finish());
    RETURN_IF_ERROR(CutPart());
  }
  if (builder.rows() == 0) return {};
  batches_.push_back(builder.Finish());
  batch_bytes_ += batches_.back().size_bytes();
  return {};
}

Status Window::AddRow(const client::Connection& connection, const core::TableSchema& table,
                      core::BatchBuilder& builder) {
  const int keys = static_cast<int>(table.key.size());
  const bool there = connection.Get(keys + table.key[0]).form != client::Cell::Form::kNull;
  builder.BeginRow(there ? core::Operation::kUpsert : core::Operation::kDelete, 0, ordinal_++);
  ++set_rows_;
  ++rows_;
  if (there) {
    AppendAbsent(builder.before());
    return AppendRow(connection, keys, table, parts_.value_max, builder.after());
  }
  AppendAbsent(builder.after());
  return AppendKey(connection, 0, table, builder.before());
}

core::ChangeSet Window::MakeSet(core::TransactionState state) {
  core::ChangeSet set;
  set.capture = parts_.capture;
  set.session = parts_.session;
  set.lane = parts_.lane;
  core::Transaction transaction;
  transaction.id = WindowId(parts_.to, parts_.lane);
  transaction.state = state;
  transaction.rows = std::exchange(set_rows_, 0);
  set.transactions.push_back(std::move(transaction));
  for (core::Batch& batch : batches_) {
    bytes_ += batch.size_bytes();
    set.items.emplace_back(std::move(batch));
  }
  batches_.clear();
  batch_bytes_ = 0;
  return set;
}

Status Window::CutPart() {
  ASSIGN_OR_RETURN(const core::PartPlace place,
                   parts_.log.AppendPart(MakeSet(core::TransactionState::kPart)));
  places_.push_back(place);
  return {};
}

Status Window::Finish() {
  if (rows_ == 0) return parts_.log.Tick(parts_.lane, parts_.prev, parts_.to, parts_.begun);
  core::ChangeSet set =
      MakeSet(places_.empty() ? core::TransactionState::kWhole : core::TransactionState::kEnd);
  set.prev = parts_.prev;
  set.position = parts_.to.Encode();
  core::Transaction& transaction = set.transactions.front();
  transaction.commit_time = parts_.begun;
  transaction.time_kind = core::TimeKind::kPoll;
  transaction.parts = std::move(places_);
  return parts_.log.Append(std::move(set));
}

}  // namespace renkei::sources::sqlserver
