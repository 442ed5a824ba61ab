// SetBuilder: gathers decoded transactions into change sets. Finished transactions and at most one that is
// still open stand in the same columns; cutting takes the finished ones out, and takes out parts of an open
// one that is too big for a set (CORE 2).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/batch_builder.h"
#include "core/change_set.h"

namespace renkei::sources::mysql {

// One thread. The schemas handed to Rows must outlive the builder.
class SetBuilder {
 public:
  SetBuilder(std::string capture, uint64_t session) : capture_(std::move(capture)), session_(session) {}

  // A transaction opens; the one before must be committed or aborted.
  void Begin(std::string id);
  // Where the open transaction's rows of the table go.
  core::BatchBuilder& Rows(const core::TableSchema& schema);
  uint32_t open_place() const { return static_cast<uint32_t>(finished_.size()); }
  uint32_t next_ordinal() const { return open_ordinal_; }
  // After rows were added to the table's builder, the last of them with the ordinal before `next_ordinal`.
  void Count(const core::TableSchema& schema, uint32_t next_ordinal);
  // The table has this schema from here on.
  void ChangeSchema(core::TableSchema schema, std::string statement, std::vector<core::ColumnFill> fills);
  // Everything in the table so far is gone.
  void Truncate(core::TableId table);
  // Takes the open transaction's rows of the table out again, as far as no part holds them.
  void DropOpenRows(const core::TableSchema& schema);
  // Takes the open transaction's rows from this ordinal on out again. False if a part holds one of them: then
  // nothing is done.
  bool RollBackTo(uint32_t ordinal);
  // The open transaction commits a prepared one, whose rows these parts are, or rolls it back.
  void CommitPrepared(std::string id, std::vector<core::PartPlace> parts);
  void AbortPrepared(std::string id);
  // False if the transaction leaves nothing: it has no rows, truncates or parts.
  bool Commit(base::WallTime time, core::TimeKind kind);
  // Closes it as a prepared one. All its rows must be in parts.
  void Prepare(base::WallTime time, core::TimeKind kind, std::string memo);
  void Abort();

  bool has_open_rows() const { return open_rows_ > 0; }
  bool is_open() const { return open_; }
  bool has_finished() const { return !finished_.empty(); }
  size_t size_bytes() const { return bytes_; }
  bool has_rows() const { return bytes_ > 0; }

  // The finished transactions, without prev, position and note. What is open stays.
  core::ChangeSet CutFinished();
  // The open transaction's rows so far, as a part. No finished transaction may be left.
  core::ChangeSet CutPart();
  // Where the part that was cut last stands now.
  void AddPart(core::PartPlace place) {
    open_parts_.push_back(place);
    rows_in_parts_ = open_ordinal_;
  }

 private:
  struct TableRows {
    const core::TableSchema* schema;
    core::BatchBuilder builder;
    size_t bytes = 0;
  };

  core::ChangeSet NewSet() const;
  void Finish(base::WallTime time, core::TimeKind kind, core::TransactionState state);
  TableRows& Find(const core::TableSchema& schema);
  // Closes every builder that has rows into items_.
  void FinishBuilders();
  // The open transaction's rows of the items, back into builders; the items keep the others.
  void TakeOpenRowsBack();

  const std::string capture_;
  const uint64_t session_;
  std::vector<core::Transaction> finished_;
  std::vector<core::Item> items_;
  std::vector<const core::TableSchema*> item_schemas_;  // one an item; nullptr for what is no batch
  std::vector<TableRows> tables_;
  size_t bytes_ = 0;
  size_t item_bytes_ = 0;

  bool open_ = false;
  std::string open_id_;
  uint32_t open_ordinal_ = 0;
  uint32_t open_rows_ = 0;      // not in parts
  uint32_t rows_in_parts_ = 0;  // ordinals below it
  bool open_items_ = false;
  bool open_aborts_ = false;
  std::string open_ends_;  // the prepared transaction that the open one ends
  std::vector<core::PartPlace> open_parts_;
};

}  // namespace renkei::sources::mysql
