// The part of a cycle that carries the log's changes of rows to the tables.
#include <fmt/format.h>

#include <algorithm>

#include "sinks/duckdb/codes.h"
#include "sinks/duckdb/cycle.h"
#include "sinks/duckdb/table_writer.h"

namespace renkei::sinks::duckdb {

using core::Changes;
using core::Entry;
using core::Slice;

namespace {

bool HasRowsIn(const core::Batch& batch, TransactionRange range) {
  return std::ranges::any_of(batch.transactions.as<uint32_t>(),
                             [&](uint32_t transaction) { return range.Has(transaction); });
}

}  // namespace

Status Cycle::ApplyChanges(const Slice& slice, const Entry& entry, const Changes& set, Pass pass) {
  // A transaction whose earlier rows stand elsewhere cuts the set: what is before it, its parts, the rest.
  auto [next, end] = RangeOf(slice, entry, *set, pass);
  for (uint32_t i = next; i < end; ++i) {
    const core::Transaction& transaction = set->transactions[i];
    if (transaction.state == core::TransactionState::kPart) {
      return Error(kPartsMissing, {{"source", slice.source}, {"transaction", transaction.id}});
    }
    const bool counts = transaction.state != core::TransactionState::kAbort &&
                        transaction.state != core::TransactionState::kPrepared;
    if (transaction.parts.empty() && counts) continue;
    RETURN_IF_ERROR(FoldItems(slice, entry, set, {next, i}, pass));
    next = counts ? i : i + 1;
    if (!counts) continue;
    for (const core::PartPlace& part : transaction.parts) {
      RETURN_IF_ERROR(ApplyPart(slice, entry, part, pass));
    }
  }
  return FoldItems(slice, entry, set, {next, end}, pass);
}

// Parts are written one by one, so that a transaction of any size needs the memory of one part.
Status Cycle::ApplyPart(const Slice& slice, const Entry& entry, const core::PartPlace& place, Pass pass) {
  CHECK(slice.reads != nullptr);
  RETURN_IF_ERROR(WriteFolds());
  ASSIGN_OR_RETURN(const Changes part, slice.reads->ReadPart(place));
  const auto count = static_cast<uint32_t>(part->transactions.size());
  RETURN_IF_ERROR(FoldItems(slice, entry, part, {0, count}, pass));
  return WriteFolds();
}

Status Cycle::FoldItems(const Slice& slice, const Entry& entry, const Changes& set, TransactionRange range,
                        Pass pass) {
  if (range.first >= range.end) return {};
  for (const core::Item& item : set->items) {
    if (const auto* batch = std::get_if<core::Batch>(&item)) {
      RETURN_IF_ERROR(FoldBatch(slice, entry, *batch, set, range, pass));
    } else if (const auto* truncate = std::get_if<core::Truncate>(&item)) {
      if (range.Has(truncate->transaction)) RETURN_IF_ERROR(FoldTruncate(slice, entry, *truncate, pass));
    } else {
      const auto& change = std::get<core::SchemaChange>(item);
      if (range.Has(change.transaction)) RETURN_IF_ERROR(ApplySchemaChange(slice, entry, change, pass));
    }
  }
  return {};
}

StoredTables::Ptr Cycle::Target(const std::string& source, core::TableId table, const Entry& entry,
                                Pass pass) const {
  const auto versions = tables_.Find(source, table);
  const StoredTables::Ptr& version = pass == Pass::kLive ? versions.shown : versions.coming;
  if (version == nullptr) return nullptr;
  if (pass == Pass::kLive) return version->state == core::SinkTableState::kLive ? version : nullptr;
  if (version->state != core::SinkTableState::kCopying || entry.address < version->begin) return nullptr;
  return version;
}

Status Cycle::FoldBatch(const Slice& slice, const Entry& entry, const core::Batch& batch,
                        std::shared_ptr<const void> owner, TransactionRange range, Pass pass) {
  const auto table = Target(slice.source, batch.table, entry, pass);
  // Rows of another generation are another table's.
  if (table == nullptr || table->schema.generation != batch.generation) return {};
  // A set's rows stand beside those of other schemas; what counts are the rows of the range.
  if (batch.schema != table->schema.id && !HasRowsIn(batch, range)) return {};
  RETURN_IF_ERROR(CheckSchema(slice, *table, batch));
  TableFold& fold = FoldOf(table);
  const uint64_t before = fold.changes();
  if (Status status = fold.Add(batch, std::move(owner), range); !status.ok())
    return InTable(status.error(), *table);
  if (fold.changes() == before) return {};
  ReportOf(*table).changes += pass == Pass::kLive ? fold.changes() - before : 0;
  if (pass == Pass::kCopy) MarkTouched(table);
  return {};
}

Status Cycle::FoldRepair(const Slice& slice, const Entry& entry, const core::Repair& repair, Pass pass) {
  return FoldBatch(slice, entry, *repair.rows, repair.rows, {0, 1}, pass);
}

Status Cycle::FoldTruncate(const Slice& slice, const Entry& entry, const core::Truncate& truncate,
                           Pass pass) {
  for (core::TableId id : truncate.tables) {
    const auto table = Target(slice.source, id, entry, pass);
    if (table == nullptr) continue;
    FoldOf(table).Truncate();
    if (pass == Pass::kLive) ReportOf(*table);
  }
  return {};
}

TableFold& Cycle::FoldOf(const StoredTables::Ptr& table) {
  OpenFold& open = folds_[table->storage];
  open.table = table;
  if (open.fold == nullptr) {
    const bool absent =
        table->state == core::SinkTableState::kLive && context_.insert_means_absent.contains(table->source);
    open.fold = std::make_unique<TableFold>(table->schema, absent);
  }
  return *open.fold;
}

void Cycle::MarkTouched(const StoredTables::Ptr& table) {
  if (table->touched) return;
  StoredTable changed = *table;
  changed.touched = true;
  Save(std::move(changed));
}

Status Cycle::WriteFoldOf(const StoredTable& table) {
  const auto open = folds_.find(table.storage);
  if (open == folds_.end() || open->second.fold->empty()) return {};
  if (Status status = WriteFold(context_.connection, table, *open->second.fold); !status.ok()) {
    return InTable(status.error(), table);
  }
  open->second.fold->Clear();
  return {};
}

Status Cycle::WriteFolds() {
  for (const auto& [storage, open] : folds_) RETURN_IF_ERROR(WriteFoldOf(*open.table));
  return {};
}

Status Cycle::CheckSchema(const Slice& slice, const StoredTable& table, const core::Batch& batch) {
  const auto differs = [&](std::string what) {
    return Error(kSchemaDiffers, {{"table", table.schema.qualified_name()}, {"what", std::move(what)}});
  };
  if (batch.after.size() != table.columns.size()) {
    return differs(fmt::format("{} columns, stored {}", batch.after.size(), table.columns.size()));
  }
  for (size_t i = 0; i < batch.after.size(); ++i) {
    if (batch.after[i].type() != table.schema.columns[i].type) return differs(table.schema.columns[i].name);
  }
  if (batch.schema == table.schema.id || known_schemas_.contains({table.storage, batch.schema})) return {};
  if (slice.state == nullptr || !slice.state->schemas.contains(batch.schema)) {
    return Error(kUnknownSchemaId,
                 {{"table", table.schema.qualified_name()}, {"schema_id", fmt::format("{}", batch.schema)}});
  }
  if (auto what = WhatDiffers(table.schema, slice.state->schemas.at(batch.schema))) return differs(*what);
  known_schemas_.emplace(table.storage, batch.schema);
  return {};
}

}  // namespace renkei::sinks::duckdb
