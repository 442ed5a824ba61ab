// StoredTables: which tables the warehouse holds, and as what. A table has at most two versions at a time:
// the one that people see, and one that is still being copied and will replace it. Each version has a storage
// table of its own in the hidden schema.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/sink.h"

namespace renkei::sinks::duckdb {

// A column of a storage table. It stays for ever; what the source renames, drops or puts elsewhere changes
// only what is shown.
struct StoredColumn {
  uint32_t id = 0;       // the source's column
  std::string stored;    // its name in the storage table
  std::string shown;     // its name in the view
  bool dropped = false;  // gone at the source: rows keep what they have, and get NULL when they change
  friend bool operator==(const StoredColumn&, const StoredColumn&) = default;
};

// One version of a table.
struct StoredTable {
  std::string source;
  core::TableSchema schema;  // in force at the source, where this version is in its log
  std::string storage;       // in _renkei; unique in the file
  std::string view_schema;
  std::string view_name;
  std::vector<StoredColumn> layout;  // in the storage's order
  // The names in storage, in the schema's order; "" for a column that this sink leaves out.
  std::vector<std::string> columns;
  core::SinkTableState state = core::SinkTableState::kCopying;
  bool visible = false;
  core::SnapshotId snapshot;  // whose chunks count; 0: none until the next CopyBegin
  core::Address begin;        // of the CopyBegin: changes before it do not concern this version
  bool complete = false;      // all chunks are in
  bool touched = false;       // a change of the log has met this version while it was copied
  uint64_t rows_copied = 0;
  uint64_t rows_estimated = 0;

  std::string destination() const { return view_schema + "." + view_name; }
  const StoredColumn* FindStored(uint32_t column) const;
  // Fills in `columns`.
  void SettleColumns();
  // The schema without the columns that are left out.
  core::TableSchema StoredSchema() const;
};

// Versions are immutable and shared: a cycle works on a cheap copy of the whole, and a failed cycle leaves
// none.
class StoredTables {
 public:
  using Ptr = std::shared_ptr<const StoredTable>;
  struct Versions {
    Ptr shown;   // the visible one
    Ptr coming;  // the one being copied, or stopped while it was
  };

  // What stands under the table; both empty if unknown.
  Versions Find(const std::string& source, core::TableId table) const;
  // Puts the version in its place: shown if visible, else coming.
  void Put(StoredTable version);
  void RemoveComing(const std::string& source, core::TableId table);
  // The coming version, now visible, takes the place of the shown one.
  void Replace(StoredTable version);

  std::vector<Ptr> All() const;

 private:
  std::map<std::pair<std::string, core::TableId>, Versions> tables_;
};

}  // namespace renkei::sinks::duckdb
