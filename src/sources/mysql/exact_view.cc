#include "sources/mysql/exact_view.h"

#include <fmt/format.h>

#include "sources/mysql/chosen_server.h"
#include "sources/mysql/client/names.h"
#include "sources/mysql/codes.h"

namespace renkei::sources::mysql {

namespace {

using client::Connection;

constexpr int kQuietAttempts = 200;
constexpr int kLockWaitS = 2;
constexpr std::chrono::seconds kTimeout{30};
constexpr const char* kBegin = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

Result<LogPosition> OpenOnMariadb(Connection& connection) {
  RETURN_IF_ERROR(connection.Execute(kBegin));
  ASSIGN_OR_RETURN(const auto rows, connection.Query("SHOW STATUS LIKE 'binlog_snapshot_%'"));
  std::string file;
  std::string offset;
  for (const client::TextRow& row : rows) {
    if (row[0] == "Binlog_snapshot_file") file = row[1].value_or("");
    if (row[0] == "Binlog_snapshot_position") offset = row[1].value_or("");
  }
  if (file.empty() || offset.empty()) return Error(kBinaryLogOff);
  ASSIGN_OR_RETURN(const auto answer, connection.Query(fmt::format("SELECT BINLOG_GTID_POS({}, {})",
                                                                   client::QuoteText(file), offset)));
  auto set = answer[0][0] ? MariadbSet::Parse(*answer[0][0]) : std::nullopt;
  if (!set) {
    return Error(kPositionPurged, {{"position", file + ":" + offset},
                                   {"reason", "the server cannot tell the GTID of this place"}});
  }
  return LogPosition(*std::move(set));
}

// What the view shows was executed or owned when the second look began; so if nothing was owned and the set
// is the same, the view shows the set.
Result<std::optional<LogPosition>> OpenWhileQuiet(Connection& connection) {
  for (int attempt = 0; attempt < kQuietAttempts; ++attempt) {
    ASSIGN_OR_RETURN(const std::string before, connection.QueryValue("SELECT @@global.gtid_executed"));
    RETURN_IF_ERROR(connection.Execute(kBegin));
    ASSIGN_OR_RETURN(const std::string owned, connection.QueryValue("SELECT @@global.gtid_owned"));
    ASSIGN_OR_RETURN(const std::string after, connection.QueryValue("SELECT @@global.gtid_executed"));
    if (owned.empty() && before == after) {
      auto set = MysqlSet::Parse(before);
      if (!set) return Error(kForeignPosition, {{"position", before}});
      return std::optional(LogPosition(*std::move(set)));
    }
    RETURN_IF_ERROR(connection.Execute("ROLLBACK"));
  }
  return std::optional<LogPosition>();
}

// All that wrote to the table has ended when the lock is given, and nothing writes to it until the view is
// open; what else is committed meanwhile is not in the table.
Result<LogPosition> OpenUnderLock(Connection& connection, const client::ServerInfo& server,
                                  const core::TableSchema& table) {
  ASSIGN_OR_RETURN(auto locker, client::OpenAt(connection.endpoint(), server, kTimeout));
  RETURN_IF_ERROR(locker->Execute(fmt::format("SET SESSION lock_wait_timeout = {}", kLockWaitS)));
  if (const Status locked = locker->Execute("LOCK TABLES " + client::QuoteTable(table) + " READ");
      !locked.ok()) {
    if (locked.error().code() != kStatementFailed) return locked.error();
    return Error(kNoExactView, {{"table", table.qualified_name()},
                                {"reason", std::string(locked.error().field("reason"))}});
  }
  RETURN_IF_ERROR(connection.Execute(kBegin));
  ASSIGN_OR_RETURN(LogPosition position, ReadPosition(*locker, server));
  RETURN_IF_ERROR(locker->Execute("UNLOCK TABLES"));
  return position;
}

}  // namespace

Result<LogPosition> OpenExactView(Connection& connection, const client::ServerInfo& server,
                                  const core::TableSchema& table) {
  if (server.mariadb()) return OpenOnMariadb(connection);
  if (server.gtids) {
    ASSIGN_OR_RETURN(auto position, OpenWhileQuiet(connection));
    if (position) return *std::move(position);
  }
  return OpenUnderLock(connection, server, table);
}

}  // namespace renkei::sources::mysql
