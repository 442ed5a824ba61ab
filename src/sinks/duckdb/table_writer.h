// Writes to one storage table, inside the transaction that is open on the connection. One thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "core/change_set.h"
#include "duckdb/connection.h"
#include "sinks/duckdb/fold.h"
#include "sinks/duckdb/stored_tables.h"

namespace renkei::sinks::duckdb {

// The storage table and, where it is missing, the schema that people see.
Status CreateStorage(renkei::duckdb::Connection& connection, const StoredTable& table);
Status DropStorage(renkei::duckdb::Connection& connection, const StoredTable& table);
Status EmptyStorage(renkei::duckdb::Connection& connection, const StoredTable& table);
// Makes the view that people see, or turns it to this storage.
Status ShowStorage(renkei::duckdb::Connection& connection, const StoredTable& table);

// DELETE the fold's removals, INSERT its rows.
Status WriteFold(renkei::duckdb::Connection& connection, const StoredTable& table, const TableFold& fold);
// Inserts the rows of a chunk; with `replace`, those there with the same keys go first.
Status WriteChunk(renkei::duckdb::Connection& connection, const StoredTable& table, const core::Batch& rows,
                  bool replace);

// Errors name the table.
Error InTable(const Error& error, const StoredTable& table);

}  // namespace renkei::sinks::duckdb
