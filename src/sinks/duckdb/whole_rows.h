// Tables without a key: a row is known by all of its cells, and may stand there any number of times (CORE 5).
// The fold says of each distinct row how many copies come or go; exactly so many do.
//
// While such a table is copied its changes are kept beside it, as what they come to for each row:
//
//   _renkei.<storage>__changes(k0, k1, ..., n BIGINT)   n copies more, or -n fewer, of a row
//
// for a row that goes may stand in a chunk that is still to come. They are applied when all chunks are in.
// Inside the transaction that is open on the connection; one thread.
#pragma once

#include "base/result.h"
#include "duckdb/connection.h"
#include "sinks/duckdb/fold.h"
#include "sinks/duckdb/stored_tables.h"

namespace renkei::sinks::duckdb {

inline bool IsWholeRow(const StoredTable& table) { return table.schema.key_kind == core::KeyKind::kWholeRow; }
// Its changes are kept until the copy is complete.
inline bool KeepsChanges(const StoredTable& table) {
  return IsWholeRow(table) && !table.visible && !table.complete;
}

Status CreateKeptChanges(renkei::duckdb::Connection& connection, const StoredTable& table);
Status DropKeptChanges(renkei::duckdb::Connection& connection, const StoredTable& table);
Status EmptyKeptChanges(renkei::duckdb::Connection& connection, const StoredTable& table);
// Applies what was kept to the rows of the copy. kRowNotThere.
Status ApplyKeptChanges(renkei::duckdb::Connection& connection, const StoredTable& table);

// Carries the fold's counts to the rows, or keeps them. kRowNotThere if fewer copies stand there than must
// go: the destination is not what the log was written for.
Status WriteCounts(renkei::duckdb::Connection& connection, const StoredTable& table, const TableFold& fold);

}  // namespace renkei::sinks::duckdb
