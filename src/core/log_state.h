// LogState: what a log's frames add up to. The hub writes it at the head of each segment, so that old
// segments can go; the capture resumes from it; a sink takes schemas from it. It is a pure fold of entries.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/log_entry.h"

namespace renkei::core {

struct Head {
  Position position;
  std::string note;
  // Of the newest transaction in the lane, for freshness and diagnosis.
  std::string transaction_id;
  base::WallTime commit_time;
};

struct SnapshotState {
  CopyBegin begin;
  Address begin_address;
  uint32_t chunks = 0;    // markers seen; the next chunk's number
  std::string copied_to;  // upper bound of the last chunk
  uint64_t rows = 0;      // rows in its chunks
  bool ended = false;     // kept after its end until the table's next snapshot
};

struct TableStateInLog {
  TableSchema schema;  // in force at the end
  bool stopped = false;
  Gap gap;  // if stopped
  // Changes of this generation are missing in the log, and no comparison with the source has mended that yet:
  // for this table invariant 3 does not hold.
  bool owed = false;
};

// A prepared transaction that has not ended yet.
struct PreparedTransaction {
  Lane lane;
  std::string memo;
  std::vector<PartPlace> parts;
};

struct LogState {
  std::map<Lane, Head> heads;
  std::map<TableId, TableStateInLog> tables;
  std::map<TableId, SnapshotState> snapshots;           // the latest of each table
  std::map<SchemaId, TableSchema> schemas;              // every schema that any retained frame may name
  std::map<std::string, PreparedTransaction> prepared;  // by transaction id
  SnapshotId next_snapshot{1};
  SchemaId next_schema{1};
  Address end;  // behind the last entry applied

  void Apply(const Entry& entry);
  // By "schema.table", nullptr if unknown.
  const TableStateInLog* FindTable(std::string_view qualified_name) const;
};

}  // namespace renkei::core
