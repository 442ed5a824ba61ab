// Connection: runs statements. One thread at a time, except Interrupt, which any thread may call.
//
// Errors: the codes of duckdb/codes.h. After an error inside a transaction the transaction must be rolled
// back.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "duckdb/handles.h"
#include "duckdb/rows.h"

namespace renkei::duckdb {

// What kind of statement a text is, as far as we tell them apart.
enum class StatementKind : uint8_t { kSelect, kExplain, kOther };

// A statement that was parsed and bound, not yet run. Belongs to its connection.
class Prepared {
 public:
  Prepared(Prepared&&) noexcept;
  Prepared& operator=(Prepared&&) noexcept;
  ~Prepared();

  StatementKind kind() const;
  std::vector<ColumnInfo> columns() const;
  // Runs it; the rows come as they are made. A connection serves one such stream at a time: the next
  // statement ends it.
  Result<std::unique_ptr<Rows>> Stream() const;

 private:
  friend class Connection;
  explicit Prepared(StatementHandle handle);
  StatementHandle handle_;
};

class Connection {
 public:
  explicit Connection(ConnectionHandle handle);
  ~Connection();

  // Runs one or more statements whose results nobody needs.
  Status Execute(const std::string& sql);
  // Runs one statement that changes rows; how many it changed.
  Result<uint64_t> ExecuteCounted(const std::string& sql);
  // Runs one statement and holds all its rows: for small results. Text values, NULL as nullopt.
  using TextRow = std::vector<std::optional<std::string>>;
  Result<std::vector<TextRow>> QueryText(const std::string& sql);

  // Splits the text; how many statements it holds (kBadStatement if it is none).
  Result<uint64_t> CountStatements(const std::string& sql);
  Result<Prepared> Prepare(const std::string& sql);
  // The tables that the statement reads, views expanded; as "schema"."table" or longer. Nothing where the
  // statement cannot be analysed.
  Result<std::vector<std::string>> TableNames(const std::string& sql);

  // Stops what the connection runs (kInterrupted there), now or not at all.
  void Interrupt();

  _duckdb_connection* handle() { return handle_.get(); }

 private:
  ConnectionHandle handle_;
};

// BEGIN now; ROLLBACK at the end of the scope unless Commit was called.
class WriteTransaction {
 public:
  static Result<std::unique_ptr<WriteTransaction>> Begin(Connection& connection);
  ~WriteTransaction();
  Status Commit();

 private:
  explicit WriteTransaction(Connection& connection) : connection_(connection) {}
  Connection& connection_;
  bool open_ = true;
};

}  // namespace renkei::duckdb
