// For tests: a log in memory that a test writes frame by frame, with a model of what its tables hold at every
// offset, and cuts into slices.
#pragma once

#include <fmt/format.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/batch_builder.h"
#include "core/sink.h"
#include "sinks/duckdb/codes.h"

namespace renkei::sinks::duckdb {

// Rows of every scripted table: (tenant, id) -> (name, amount); null names are nullopt.
using ModelKey = std::pair<int64_t, std::string>;
struct ModelRow {
  std::optional<std::string> name;
  int64_t amount = 0;
  friend bool operator==(const ModelRow&, const ModelRow&) = default;
};
using ModelTable = std::map<ModelKey, ModelRow>;
using Model = std::map<uint32_t, ModelTable>;  // by table id

inline core::TableSchema ScriptedSchema(uint32_t table, std::string schema, std::string name, uint32_t id,
                                        uint32_t generation = 1) {
  core::TableSchema made;
  made.table = core::TableId{table};
  made.id = core::SchemaId{id};
  made.generation = core::Generation{generation};
  made.schema = std::move(schema);
  made.name = std::move(name);
  made.key_kind = core::KeyKind::kPrimary;
  made.key = {1, 0};
  const auto column = [&](const char* column_name, core::Type type, bool nullable) {
    core::ColumnSchema column_schema;
    column_schema.id = static_cast<uint32_t>(made.columns.size() + 1);
    column_schema.name = column_name;
    column_schema.type = type;
    column_schema.nullable = nullable;
    made.columns.push_back(column_schema);
  };
  column("id", {core::Kind::kText, 0, 0}, false);
  column("tenant", {core::Kind::kInt64, 0, 0}, false);
  column("name", {core::Kind::kText, 0, 0}, true);
  column("amount", {core::Kind::kDecimal, 12, 2}, false);
  return made;
}

struct RowChange {
  uint32_t table = 0;
  core::Operation operation = core::Operation::kInsert;
  ModelKey before;  // of updates and deletes
  ModelKey after;   // of inserts and updates
  ModelRow row;
};

class ScriptedLog final : public core::LogReader {
 public:
  core::LogState state;
  std::vector<core::Entry> entries;
  std::vector<Model> models = {Model{}};  // by offset

  // core::LogReader; only parts and chunks are read through it.
  Result<std::optional<core::Entry>> Next() override { return std::optional<core::Entry>(); }
  core::Address position() const override { return end_; }
  Result<core::Changes> ReadPart(const core::PartPlace& place) override {
    const core::Changes& part = parts_.at(place.byte);
    if (part == nullptr) return Error(kPartsMissing, {{"source", "shop"}, {"transaction", "lost"}});
    return part;
  }
  void LoseParts() { parts_.assign(parts_.size(), nullptr); }
  Result<core::Batch> ReadChunk(const core::ChunkPlace& place) override { return chunks_.at(place.byte); }

  core::Address end() const { return end_; }
  const Model& now() const { return models.back(); }
  uint64_t chunks_read_ahead() const { return chunks_.size(); }

  void AddSchema(const core::TableSchema& schema) {
    schemas_[schema.table.value] = schema;
    Frame(core::SchemaFrame{schema});
  }

  // Sets of whole transactions; each is a list of changes.
  void Commit(const std::vector<std::vector<RowChange>>& transactions) {
    auto set = std::make_shared<core::ChangeSet>();
    for (const auto& changes : transactions) {
      core::Transaction transaction;
      transaction.id = fmt::format("t{}", models.size());
      transaction.rows = static_cast<uint32_t>(changes.size());
      set->transactions.push_back(transaction);
      Advance(changes);
    }
    AddBatches(*set, transactions);
    Push(set, transactions.size());
  }
  // One transaction in parts; the last piece stands in the set itself.
  void CommitInParts(const std::vector<std::vector<RowChange>>& pieces) {
    auto set = std::make_shared<core::ChangeSet>();
    core::Transaction end;
    end.id = fmt::format("t{}", models.size());
    end.state = core::TransactionState::kEnd;
    std::vector<RowChange> all;
    for (size_t i = 0; i < pieces.size(); ++i) {
      all.insert(all.end(), pieces[i].begin(), pieces[i].end());
      if (i + 1 == pieces.size()) break;
      auto part = std::make_shared<core::ChangeSet>();
      core::Transaction transaction;
      transaction.id = end.id;
      transaction.state = core::TransactionState::kPart;
      part->transactions.push_back(transaction);
      AddBatches(*part, {pieces[i]});
      end.parts.push_back({.segment = 0, .byte = parts_.size(), .rows = pieces[i].size()});
      parts_.push_back(part);
    }
    set->transactions.push_back(end);
    AddBatches(*set, {pieces.back()});
    Advance(all);
    Push(set, 1);
  }
  // One set: a transaction of rows in the schema before, the change, and one of rows in the new schema.
  // Columns besides those of ScriptedSchema get the row's amount.
  void CommitSchemaChange(core::TableSchema schema, std::vector<core::ColumnFill> fills,
                          const std::vector<RowChange>& before, const std::vector<RowChange>& after) {
    auto set = std::make_shared<core::ChangeSet>();
    for (int i = 0; i < 3; ++i) set->transactions.emplace_back().id = fmt::format("t{}", models.size() + i);
    AddBatches(*set, {before});
    Advance(before);
    core::SchemaChange change;
    change.schema = schema;
    change.transaction = 1;
    change.fills = std::move(fills);
    set->items.emplace_back(std::move(change));
    Advance({});
    schemas_[schema.table.value] = std::move(schema);
    AddBatches(*set, {{}, {}, after});
    Advance(after);
    Push(set, 3);
  }
  const core::TableSchema& schema(uint32_t table) const { return schemas_.at(table); }
  void CommitTruncate(uint32_t table) {
    auto set = std::make_shared<core::ChangeSet>();
    set->transactions.emplace_back();
    set->items.push_back(core::Truncate{{core::TableId{table}}, false, 0});
    Model next = now();
    next[table].clear();
    models.push_back(std::move(next));
    Push(set, 1);
  }

  core::SnapshotId BeginCopy(uint32_t table, std::vector<std::string> sinks) {
    core::CopyBegin begin;
    begin.snapshot = state.next_snapshot;
    begin.table = core::TableId{table};
    begin.generation = schemas_.at(table).generation;
    begin.schema = schemas_.at(table).id;
    begin.subscriptions = std::move(sinks);
    begin.rows_estimated = now().contains(table) ? now().at(table).size() : 0;
    Frame(begin);
    return begin.snapshot;
  }
  // The rows with low <= tenant < high as they are here.
  void Chunk(core::SnapshotId snapshot, uint32_t table, int64_t low, int64_t high) {
    core::BatchBuilder builder(schemas_.at(table), {});
    for (const auto& [key, row] : models.back()[table]) {
      if (key.first < low || key.first >= high) continue;
      builder.BeginRow(core::Operation::kRead, 0, builder.rows());
      FillAfter(schemas_.at(table), builder, key, row);
    }
    core::ChunkMarker marker;
    marker.snapshot = snapshot;
    marker.table = core::TableId{table};
    marker.generation = schemas_.at(table).generation;
    marker.rows = builder.rows();
    marker.place = {snapshot, chunks_.size()};
    chunks_.push_back(builder.Finish());
    Frame(marker);
  }
  void EndCopy(core::SnapshotId snapshot, uint32_t table, bool abandoned = false) {
    Frame(core::CopyEnd{snapshot, core::TableId{table}, abandoned});
  }
  void AddGap(uint32_t table) {
    core::Gap gap;
    gap.table = core::TableId{table};
    gap.generation = schemas_.at(table).generation;
    Frame(gap);
  }

  // From the sink's cursor up to the addresses (the end where absent).
  core::Slice Cut(const std::optional<core::SinkCursor>& cursor, std::optional<core::Address> main_to = {},
                  std::optional<core::Address> copy_to = {}) {
    core::Slice slice;
    slice.source = "shop";
    slice.log = "log-1";
    slice.epoch = core::Epoch{1};
    slice.main_from = cursor ? cursor->main : core::Address{};
    slice.main_to = main_to.value_or(end_);
    slice.main = Between(slice.main_from, slice.main_to);
    if (cursor && cursor->copy) {
      slice.copy_from = cursor->copy;
      slice.copy_to = copy_to.value_or(slice.main_to);
      slice.copy = Between(*slice.copy_from, *slice.copy_to);
    }
    slice.reads = this;
    slice.state = &state;
    return slice;
  }

 private:
  // The entries that lie in [from, to) or reach over an end.
  std::vector<core::Entry> Between(core::Address from, core::Address to) const {
    std::vector<core::Entry> found;
    for (const core::Entry& entry : entries) {
      if (entry.next > from && entry.address < to) found.push_back(entry);
    }
    return found;
  }
  void Frame(core::EntryBody body) {
    core::Entry entry;
    entry.address = end_;
    end_.sub += 1;
    entry.next = end_;
    entry.body = std::move(body);
    state.Apply(entry);
    entries.push_back(std::move(entry));
  }
  void Push(core::Changes set, size_t transactions) {
    core::Entry entry;
    entry.address = end_;
    end_ = {core::Offset{end_.offset.value + transactions}, 0};
    entry.next = end_;
    entry.body = std::move(set);
    state.Apply(entry);
    entries.push_back(std::move(entry));
  }
  void Advance(const std::vector<RowChange>& changes) {
    Model next = now();
    for (const RowChange& change : changes) {
      ModelTable& table = next[change.table];
      if (change.operation == core::Operation::kDelete || change.operation == core::Operation::kUpdate) {
        table.erase(change.before);
      }
      if (change.operation != core::Operation::kDelete) table[change.after] = change.row;
    }
    models.push_back(std::move(next));
  }
  static void FillAfter(const core::TableSchema& schema, core::BatchBuilder& builder, const ModelKey& key,
                        const ModelRow& row) {
    for (size_t i = 0; i < schema.columns.size(); ++i) {
      const core::ColumnSchema& column = schema.columns[i];
      core::ColumnBuilder& cell = builder.after()[i];
      if (column.id == 1) {
        cell.Varying(key.second);
      } else if (column.id == 3 && !row.name) {
        cell.Null();
      } else if (column.type.kind == core::Kind::kText) {
        cell.Varying(column.id == 3 ? *row.name : std::to_string(row.amount));
      } else if (column.type.kind == core::Kind::kInt32) {
        cell.Fixed(static_cast<int32_t>(row.amount));
      } else {
        cell.Fixed(column.id == 2 ? key.first : row.amount);
      }
    }
  }
  void AddBatches(core::ChangeSet& set, const std::vector<std::vector<RowChange>>& transactions) {
    std::map<uint32_t, std::unique_ptr<core::BatchBuilder>> builders;
    for (uint32_t transaction = 0; transaction < transactions.size(); ++transaction) {
      uint32_t ordinal = 0;
      for (const RowChange& change : transactions[transaction]) {
        auto& builder = builders[change.table];
        if (builder == nullptr) {
          const core::TableSchema& schema = schemas_.at(change.table);
          builder = std::make_unique<core::BatchBuilder>(schema,
                                                         std::vector<uint16_t>{schema.key[1], schema.key[0]});
        }
        builder->BeginRow(change.operation, transaction, ordinal++);
        const bool deleted = change.operation == core::Operation::kDelete;
        if (deleted) {
          for (auto& column : builder->after()) column.Without(core::CellState::kAbsent);
        } else {
          FillAfter(schemas_.at(change.table), *builder, change.after, change.row);
        }
        const bool moved = change.operation == core::Operation::kUpdate && change.before != change.after;
        if (deleted || moved) {
          builder->before()[0].Varying(change.before.second);
          builder->before()[1].Fixed(change.before.first);
        } else {
          for (auto& column : builder->before()) column.Without(core::CellState::kAbsent);
        }
      }
    }
    for (auto& [table, builder] : builders) set.items.emplace_back(builder->Finish());
  }

  std::map<uint32_t, core::TableSchema> schemas_;
  core::Address end_;
  std::vector<core::Changes> parts_;
  std::vector<core::Batch> chunks_;
};

// All rows that the reader gives; fails the CHECK on an error or a doubled key.
inline ModelTable ReadAll(core::TableReader& reader) {
  ModelTable table;
  for (;;) {
    auto batch = reader.Next();
    CHECK(batch.ok());
    if (!batch->has_value()) return table;
    const core::Batch& rows = **batch;
    for (uint32_t i = 0; i < rows.rows; ++i) {
      ModelRow row;
      if (rows.after[2].is_value(i)) row.name = std::string(rows.after[2].bytes(i));
      row.amount = rows.after[3].cells<int64_t>()[i];
      const ModelKey key{rows.after[1].cells<int64_t>()[i], std::string(rows.after[0].bytes(i))};
      CHECK(table.emplace(key, row).second);
    }
  }
}

}  // namespace renkei::sinks::duckdb
