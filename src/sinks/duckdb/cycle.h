// Cycle: one transaction of the warehouse. It carries the slices' entries to the tables as core/sink.h says,
// on copies of the sink's state, which the sink takes over once the transaction is committed. One thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/sink.h"
#include "duckdb/connection.h"
#include "sinks/duckdb/config.h"
#include "sinks/duckdb/fold.h"
#include "sinks/duckdb/state_tables.h"
#include "sinks/duckdb/stored_tables.h"

namespace renkei::sinks::duckdb {

// Tables, as "shop.orders", that are stopped in this cycle, and why.
using SetAside = std::map<std::string, Error>;

struct CycleContext {
  renkei::duckdb::Connection& connection;
  std::string sink;                           // the name that CopyBegin addresses
  std::set<std::string> insert_means_absent;  // the sources that declare it
  SchemaChanges schema_changes = SchemaChanges::kEvolve;
  SetAside set_aside{};
};

class Cycle {
 public:
  Cycle(CycleContext context, StoredTables tables, Cursors cursors)
      : context_(std::move(context)), tables_(std::move(tables)), cursors_(std::move(cursors)) {}

  // Applies one source's share. kOtherLog, kWrongPlace if it does not continue where the cursor is.
  Status ApplySlice(const core::Slice& slice);
  // Writes what the cycle did to the sink's own tables; only the commit is left then.
  Status SaveState();

  const StoredTables& tables() const { return tables_; }
  const Cursors& cursors() const { return cursors_; }
  core::CycleReport TakeReport();

 private:
  // Which of a table's versions a pass over the log is for.
  enum class Pass : uint8_t { kLive, kCopy };

  Status CheckContinues(const core::Slice& slice) const;
  void StopSetAside(const std::string& source);
  Status ApplyEntry(const core::Slice& slice, const core::Entry& entry, Pass pass);
  Status ApplyLive(const core::Slice& slice, const core::Entry& entry);
  Status ApplyCopy(const core::Slice& slice, const core::Entry& entry);

  // Changes of rows (cycle_changes.cc).
  Status ApplyChanges(const core::Slice& slice, const core::Entry& entry, const core::Changes& set,
                      Pass pass);
  Status ApplyPart(const core::Slice& slice, const core::Entry& entry, const core::PartPlace& place,
                   Pass pass);
  Status FoldItems(const core::Slice& slice, const core::Entry& entry, const core::Changes& set,
                   TransactionRange range, Pass pass);
  Status FoldBatch(const core::Slice& slice, const core::Entry& entry, const core::Batch& batch,
                   std::shared_ptr<const void> owner, TransactionRange range, Pass pass);
  Status FoldTruncate(const core::Slice& slice, const core::Entry& entry, const core::Truncate& truncate,
                      Pass pass);
  Status FoldRepair(const core::Slice& slice, const core::Entry& entry, const core::Repair& repair,
                    Pass pass);
  // The version that the pass may write to with changes of this generation at this place; null if none.
  StoredTables::Ptr Target(const std::string& source, core::TableId table, const core::Entry& entry,
                           Pass pass) const;
  TableFold& FoldOf(const StoredTables::Ptr& table);
  void MarkTouched(const StoredTables::Ptr& table);
  Status WriteFolds();
  Status WriteFoldOf(const StoredTable& table);
  Status CheckSchema(const core::Slice& slice, const StoredTable& table, const core::Batch& batch);

  // Schema changes in place (cycle_schemas.cc).
  // Those of the slice are made ready before any of its rows is written.
  Status PrepareStorages(const core::Slice& slice, Pass pass);
  Status ApplySchemaChange(const core::Slice& slice, const core::Entry& entry,
                           const core::SchemaChange& change, Pass pass);
  // Other columns than those that a stopped table has are not let in by a new copy either.
  bool RefusesCopy(const StoredTable& shown, const core::TableSchema& schema);
  // A schema that the log repeats is the one that is stored.
  Status CheckSchemaFrame(const std::string& source, const core::TableSchema& schema, Pass pass) const;
  static TransactionRange RangeOf(const core::Slice& slice, const core::Entry& entry,
                                  const core::ChangeSet& set, Pass pass);

  // Copies (cycle_copies.cc).
  Status StartCopy(const core::Slice& slice, const core::CopyBegin& begin, core::Address address);
  // A version that is still being copied goes, and its rows.
  Status Forget(const StoredTable& coming);
  Status ApplyChunk(const core::Slice& slice, const core::ChunkMarker& marker);
  Status EndCopy(const core::Slice& slice, const core::CopyEnd& end);
  Status ShowComplete(const std::string& source);
  void Stop(const StoredTables::Ptr& table);

  void Save(StoredTable table);
  core::TableChanges& ReportOf(const StoredTable& table);

  CycleContext context_;
  StoredTables tables_;
  Cursors cursors_;
  struct OpenFold {
    StoredTables::Ptr table;
    std::unique_ptr<TableFold> fold;
  };
  std::map<std::string, OpenFold> folds_;                           // by storage
  std::set<std::pair<std::string, core::SchemaId>> known_schemas_;  // storage and a schema that fits it
  std::set<std::string> unsaved_tables_;                            // storages
  std::set<std::string> removed_tables_;
  std::set<std::string> changed_views_;
  std::set<std::string> unsaved_cursors_;
  std::map<std::pair<std::string, core::TableId>, core::TableChanges> report_;
  std::vector<Error> notices_;
  bool copies_missing_ = false;
};

// Whether rows of the one schema can be stored as rows of the other; else what differs.
std::optional<std::string> WhatDiffers(const core::TableSchema& stored, const core::TableSchema& found);

}  // namespace renkei::sinks::duckdb
