// Appender: hands rows to DuckDB in its own chunks, straight from our columns: into a table, or as the
// relation `appended_data` of a statement (DELETE ... USING). One thread; belongs to its connection, whose
// transaction must be open. Nothing is certain before Close.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/column.h"
#include "duckdb/connection.h"

namespace renkei::duckdb {

// A run of rows of one batch's columns: `columns[i]` is the appender's column i; nullptr: NULL in all rows.
// The columns must live until the call returns.
struct RowRun {
  std::span<const core::Column* const> columns;
  uint32_t first = 0;
  uint32_t rows = 0;
};

struct AppendColumn {
  std::string name;
  core::Type type;
};

class Appender {
 public:
  // kAll: the columns are the table's, in its order. kNamed: they are found by their names; the table's
  // others get their defaults. A cell whose type is narrower than the table's is widened.
  enum class Columns : uint8_t { kAll, kNamed };
  static Result<Appender> ToTable(Connection& connection, const std::string& schema, const std::string& table,
                                  std::vector<AppendColumn> columns, Columns which = Columns::kAll);
  // The statement reads the rows as appended_data(names...).
  static Result<Appender> ToStatement(Connection& connection, const std::string& sql,
                                      std::vector<AppendColumn> columns);
  Appender(Appender&&) noexcept;
  ~Appender();

  // Errors: kNotUtf8 where a text is none, kNoValue where a cell is neither a value nor null.
  Status Append(const RowRun& run);
  // Runs what was appended. No call may follow.
  Status Close();

 private:
  Appender(AppenderHandle handle, std::vector<AppendColumn> columns);
  Status FlushChunk();

  AppenderHandle handle_;
  std::vector<AppendColumn> columns_;
  ChunkHandle chunk_;
  uint32_t filled_ = 0;
};

}  // namespace renkei::duckdb
