#include "sources/mysql/snapshot/whole_read.h"

#include <fmt/format.h>

#include "core/batch_builder.h"
#include "sources/mysql/client/names.h"
#include "sources/mysql/codes.h"
#include "sources/mysql/snapshot/log_places.h"

namespace renkei::sources::mysql::snapshot {

namespace {

// A worker may be slow to ask for more.
constexpr std::chrono::seconds kReadTimeout{300};
constexpr int kWriteTimeoutS = 86'400;
constexpr int kAttemptsMax = 100;
constexpr int kLockWaitS = 2;
constexpr const char* kBegin = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

}  // namespace

WholeRead::WholeRead(std::unique_ptr<client::Connection> connection, const core::TableSchema& schema,
                     uint64_t value_max)
    : connection_(std::move(connection)), schema_(schema), value_max_(value_max), plan_(schema) {}

Result<std::unique_ptr<WholeRead>> WholeRead::Open(const client::Endpoint& at,
                                                   const client::ServerInfo& server,
                                                   binlog::BinlogPlace taken, const core::TableSchema& schema,
                                                   uint64_t value_max) {
  ASSIGN_OR_RETURN(auto connection, client::OpenAt(at, server, kReadTimeout));
  RETURN_IF_ERROR(connection->Execute(fmt::format("SET SESSION net_write_timeout = {}", kWriteTimeoutS)));
  std::unique_ptr<WholeRead> read(new WholeRead(std::move(connection), schema, value_max));
  RETURN_IF_ERROR(read->BeginView(server, taken));
  return read;
}

Status WholeRead::BeginView(const client::ServerInfo& server, binlog::BinlogPlace taken) {
  if (server.mariadb()) return BeginOnMariadb(taken);
  if (server.gtids) {
    ASSIGN_OR_RETURN(const bool begun, BeginWhileQuiet(server));
    if (begun) return {};
  }
  return BeginUnderLock(server);
}

// The log is sent a moment before the engine shows its end.
Status WholeRead::BeginOnMariadb(binlog::BinlogPlace taken) {
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    RETURN_IF_ERROR(connection_->Execute(kBegin));
    ASSIGN_OR_RETURN(place_, ReadViewPlace(*connection_));
    if (place_ >= taken) return {};
    RETURN_IF_ERROR(connection_->Execute("ROLLBACK"));
  }
  return Error(kNoExactView, {{"table", schema_.qualified_name()},
                              {"reason", "the server does not show yet what its log has told already"}});
}

// What the log held at its end was executed or owned when the looks after it began; so if nothing was owned
// and the set is the same, the view shows exactly the log.
Result<bool> WholeRead::BeginWhileQuiet(const client::ServerInfo& server) {
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    ASSIGN_OR_RETURN(const std::string before, connection_->QueryValue("SELECT @@global.gtid_executed"));
    RETURN_IF_ERROR(connection_->Execute(kBegin));
    ASSIGN_OR_RETURN(place_, ReadLogEnd(*connection_, server));
    ASSIGN_OR_RETURN(const std::string owned, connection_->QueryValue("SELECT @@global.gtid_owned"));
    ASSIGN_OR_RETURN(const std::string after, connection_->QueryValue("SELECT @@global.gtid_executed"));
    if (owned.empty() && before == after) return true;
    RETURN_IF_ERROR(connection_->Execute("ROLLBACK"));
  }
  return false;
}

// All that wrote to the table has ended when the lock is given, and nothing writes to it until the view is
// open; what else is committed meanwhile is not in the table.
Status WholeRead::BeginUnderLock(const client::ServerInfo& server) {
  ASSIGN_OR_RETURN(auto locker, client::OpenAt(connection_->endpoint(), server, kReadTimeout));
  RETURN_IF_ERROR(locker->Execute(fmt::format("SET SESSION lock_wait_timeout = {}", kLockWaitS)));
  if (const Status locked = locker->Execute("LOCK TABLES " + client::QuoteTable(schema_) + " READ");
      !locked.ok()) {
    if (locked.error().code() != kStatementFailed) return locked.error();
    return Error(kNoExactView, {{"table", schema_.qualified_name()},
                                {"reason", std::string(locked.error().field("reason"))}});
  }
  RETURN_IF_ERROR(connection_->Execute(kBegin));
  ASSIGN_OR_RETURN(place_, ReadLogEnd(*locker, server));
  return locker->Execute("UNLOCK TABLES");
}

Result<Chunk> WholeRead::Next(size_t bytes_max) {
  if (!std::exchange(begun_, true)) {
    ASSIGN_OR_RETURN(
        const client::StatementId statement,
        connection_->Prepare("SELECT " + SelectColumns(schema_) + " FROM " + client::QuoteTable(schema_)));
    RETURN_IF_ERROR(connection_->ExecutePrepared(statement, {}));
  }
  core::BatchBuilder builder(schema_, {});
  Chunk chunk;
  chunk.seen = {place_, place_};
  while (true) {
    ASSIGN_OR_RETURN(const auto row, connection_->ReadRow());
    if (!row) break;
    builder.BeginRow(core::Operation::kRead, 0, 0);
    if (Status taken = DecodeRow(schema_, plan_, value_max_, *row, builder.after()); !taken.ok()) {
      chunk.failure = taken.error();
      return chunk;
    }
    const bool look = builder.rows() % 64 == 0 || row->size() > 4096;
    chunk.cut_short = look && builder.size_bytes() >= bytes_max;
    if (chunk.cut_short) break;
  }
  rows_ += builder.rows();
  chunk.rows = builder.Finish();
  // No key, but what tells people how far it is; an open end is the table's.
  if (chunk.cut_short) chunk.upper = fmt::format("row {}", rows_);
  return chunk;
}

void WholeRead::Interrupt() { connection_->Interrupt(); }

}  // namespace renkei::sources::mysql::snapshot
