#include "warehouse/query.h"

#include <fmt/format.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "duckdb/codes.h"
#include "duckdb/sql_text.h"
#include "warehouse/codes.h"
#include "warehouse/names.h"
#include "warehouse/row_writer.h"

namespace renkei::warehouse {

namespace {

using renkei::duckdb::CellClass;
using renkei::duckdb::Connection;
using renkei::duckdb::Prepared;
using renkei::duckdb::StatementKind;

constexpr size_t kPieceBytes = size_t{64} << 10;

constexpr std::chrono::milliseconds kLook{100};

// Interrupts the connection when the time is over or nobody wants the answer any more; again and again, for
// an interruption between two statements is lost. The connection must outlive it.
class Guard {
 public:
  Guard(Connection& connection, const QueryOptions& options)
      : thread_([this, &connection, &options](const std::stop_token& stop) {
          auto left = options.timeout;
          std::unique_lock lock(mutex_);
          for (;;) {
            const auto wait = left.count() > 0 ? std::min(kLook, left) : kLook;
            over_.wait_for(lock, stop, wait, [] { return false; });
            if (stop.stop_requested()) return;
            if (left.count() > 0 && (left -= wait).count() == 0) late_ = true;
            if (options.given_up()) given_up_ = true;
            if (late_ || given_up_) connection.Interrupt();
          }
        }) {}
  bool late() const { return late_; }
  bool given_up() const { return given_up_; }

 private:
  std::mutex mutex_;
  std::condition_variable_any over_;
  std::atomic<bool> late_ = false;
  std::atomic<bool> given_up_ = false;
  std::jthread thread_;
};

// The hidden schema can not be named, not even inside a text that a function would take for a name.
bool NamesHiddenSchema(const std::string& sql) {
  return renkei::duckdb::FoldCase(sql).find("_renkei") != std::string::npos;
}

// Lists, structs and rarer types have no text of their own: DuckDB writes it.
std::string WithTexts(const std::string& sql, const std::vector<renkei::duckdb::ColumnInfo>& columns) {
  std::string selected;
  std::string names;
  for (size_t i = 0; i < columns.size(); ++i) {
    const bool nested = columns[i].cell_class == CellClass::kNested;
    fmt::format_to(std::back_inserter(selected), "{}c{}{} AS {}", i == 0 ? "" : ", ", i,
                   nested ? "::VARCHAR" : "", renkei::duckdb::QuoteName(columns[i].name));
    fmt::format_to(std::back_inserter(names), "{}c{}", i == 0 ? "" : ", ", i);
  }
  std::string inner = sql;
  inner.resize(inner.find_last_not_of(" \t\r\n;") + 1);
  return fmt::format("SELECT {} FROM ({}\n) AS t({})", selected, inner, names);
}

Result<Prepared> PrepareReadable(Connection& connection, const std::string& sql) {
  ASSIGN_OR_RETURN(const uint64_t statements, connection.CountStatements(sql));
  if (statements != 1) return Error(kNotOneStatement, {{"count", std::to_string(statements)}});
  if (NamesHiddenSchema(sql)) return Error(kHiddenSchema);
  auto prepared = connection.Prepare(sql);
  if (!prepared.ok()) return ExplainFailure(connection, sql, prepared.error());
  if (prepared->kind() == StatementKind::kOther) return Error(kNotReadOnly);
  if (prepared->kind() == StatementKind::kExplain) return prepared;
  const auto columns = prepared->columns();
  for (const auto& column : columns) {
    if (column.cell_class == CellClass::kNested) return connection.Prepare(WithTexts(sql, columns));
  }
  return prepared;
}

Status WriteRows(const Prepared& prepared, Format format, const Write& write) {
  ASSIGN_OR_RETURN(const auto rows, prepared.Stream());
  const auto writer = MakeRowWriter(format, rows->columns(), prepared.kind() == StatementKind::kExplain);
  std::string piece;
  const auto pass_on = [&](bool last) {
    piece += writer->Take();
    if (piece.empty() || (!last && piece.size() < kPieceBytes)) return true;
    const bool taken = write(piece);
    piece.clear();
    return taken;
  };
  for (;;) {
    ASSIGN_OR_RETURN(const size_t count, rows->Next());
    for (size_t row = 0; row < count; ++row) {
      writer->Row(*rows, row);
      if (!pass_on(false)) return Error(kReaderGone);
    }
    if (count == 0) break;
  }
  writer->End();
  return pass_on(true) ? Status() : Error(kReaderGone);
}

Status Run(Connection& connection, const std::string& sql, Format format, const Write& write) {
  RETURN_IF_ERROR(connection.Execute("BEGIN TRANSACTION READ ONLY"));
  ASSIGN_OR_RETURN(const Prepared prepared, PrepareReadable(connection, sql));
  return WriteRows(prepared, format, write);
}

}  // namespace

Status Query(renkei::duckdb::Database& database, const std::string& sql, const QueryOptions& options,
             const Write& write) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Connection> connection, database.Connect());
  const Guard guard(*connection, options);
  const Status status = Run(*connection, sql, options.format, write);
  if (status.ok() || status.error().code() != renkei::duckdb::kInterrupted) return status;
  if (guard.late()) return Error(kTimedOut, {{"timeout_ms", std::to_string(options.timeout.count())}});
  return guard.given_up() ? Error(kReaderGone) : status;
}

}  // namespace renkei::warehouse
