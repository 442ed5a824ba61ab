// What the sink keeps about itself in the file, in the hidden schema `_renkei`, written in the same
// transactions as the rows it speaks of (invariant 1).
//
//   sink(format, apply_epoch)   one row; apply_epoch rises with every Open, so that an older writer is fenced
//   cursors(source, log, epoch, main_offset, main_sub, copy_offset, copy_sub)
//   tables(storage, source, table_id, table_name, destination, generation, state, visible, snapshot,
//          begin_offset, begin_sub, complete, touched, rows_copied, rows_estimated, view_schema, view_name,
//          schema, layout)     one row a version; schema as core/encoding.h writes it
//   layout := count:varint {column:varint stored:text shown:text dropped:u8}*
//             NULL: the schema's columns by their names
//
// The warehouse room reads `tables` too: source, table_name, destination, state, visible, rows_copied,
// rows_estimated.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "core/sink.h"
#include "duckdb/connection.h"
#include "sinks/duckdb/stored_tables.h"

namespace renkei::sinks::duckdb {

using Cursors = std::map<std::string, core::SinkCursor>;

struct StoredState {
  uint64_t apply_epoch = 0;
  Cursors cursors;
  StoredTables tables;
};

// Creates what is missing, raises the apply epoch and reads everything, in one transaction. Errors:
// kNewerFormat, kDamagedState.
Result<StoredState> TakeOver(renkei::duckdb::Connection& connection, const std::string& path);

// Within the transaction of a cycle:
// Makes sure that the file is still ours, and stays so until the commit: a writer that takes over at this
// moment conflicts. kFenced if a later writer has it.
Status HoldFence(renkei::duckdb::Connection& connection, uint64_t apply_epoch, const std::string& path);
Status SaveCursor(renkei::duckdb::Connection& connection, const std::string& source,
                  const core::SinkCursor& cursor);
Status SaveTable(renkei::duckdb::Connection& connection, const StoredTable& table);
Status RemoveTable(renkei::duckdb::Connection& connection, const std::string& storage);

// The version of the table that people see, in the connection's snapshot; kNotLive if there is none.
Result<StoredTable> LoadVisible(renkei::duckdb::Connection& connection, const std::string& source,
                                const std::string& table);

}  // namespace renkei::sinks::duckdb
