// Query: one read-only statement against the warehouse, its rows written out as they come.
//
// What a statement may do: SELECT and its kin (FROM, VALUES, WITH, DESCRIBE, SHOW, SUMMARIZE) and EXPLAIN, in
// a read-only transaction, without files, network, settings or Renkei's own tables. It reads one consistent
// state from its first row to its last.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "duckdb/database.h"

namespace renkei::warehouse {

enum class Format : uint8_t {
  kTable,  // aligned for a terminal
  kCsv,    // RFC 4180 quoting; NULL is empty, an empty text is ""
  kJson,   // an array of objects, one a line
};

struct QueryOptions {
  Format format = Format::kTable;
  std::chrono::milliseconds timeout{0};  // 0: none
  // Asked every moment, on a thread of its own: nobody wants the answer any more (kReaderGone).
  std::function<bool()> given_up = [] { return false; };
};

// Takes the next piece of the answer; false ends the query (the reader is gone).
using Write = std::function<bool(std::string_view piece)>;

// Errors: the codes of warehouse/codes.h, and DuckDB's own for the statement's faults. A table that is still
// being copied is named with its progress. After an error midway the pieces already written stand.
Status Query(renkei::duckdb::Database& database, const std::string& sql, const QueryOptions& options,
             const Write& write);

}  // namespace renkei::warehouse
