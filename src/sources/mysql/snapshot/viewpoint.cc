#include "sources/mysql/snapshot/viewpoint.h"

#include <fmt/format.h>

#include "sources/mysql/client/names.h"
#include "sources/mysql/codes.h"
#include "sources/mysql/snapshot/log_places.h"

namespace renkei::sources::mysql::snapshot {

namespace {

constexpr int kAwaitS = 20;
constexpr int kLockWaitS = 2;

}  // namespace

Result<std::unique_ptr<Viewpoint>> Viewpoint::Open(const ViewServers& servers, std::chrono::seconds timeout) {
  std::unique_ptr<Viewpoint> viewpoint(new Viewpoint(servers));
  ASSIGN_OR_RETURN(viewpoint->reading_, client::OpenAt(servers.read_at, servers.reader, timeout));
  if (servers.replica()) {
    ASSIGN_OR_RETURN(viewpoint->captured_, client::OpenAt(servers.captured_at, servers.captured, timeout));
  }
  return viewpoint;
}

Status Viewpoint::Begin(const StreamPlace& taken, const core::TableSchema& table) {
  const bool exact = servers_.captured.mariadb() && !servers_.replica();
  if (!exact) RETURN_IF_ERROR(AwaitExecuted(taken, table));
  RETURN_IF_ERROR(reading_->Execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"));
  bounds_ = {taken.place, {}};
  if (!exact) return {};
  ASSIGN_OR_RETURN(bounds_.low, ReadViewPlace(*reading_));
  bounds_.high = bounds_.low;
  return {};
}

Status Viewpoint::AwaitExecuted(const StreamPlace& taken, const core::TableSchema& table) {
  if (taken.gtids.empty() && !servers_.captured.gtids) return AwaitEngine(table);
  const std::string gtids = client::QuoteText(taken.gtids);
  const std::string statement =
      servers_.reader.mariadb() ? fmt::format("SELECT MASTER_GTID_WAIT({}, {})", gtids, kAwaitS)
                                : fmt::format("SELECT WAIT_FOR_EXECUTED_GTID_SET({}, {})", gtids, kAwaitS);
  ASSIGN_OR_RETURN(const std::string answer, reading_->QueryValue(statement));
  // MariaDB answers 0 or how many it waited for; both answer -1 or 1 when the time was over.
  const bool reached = servers_.reader.mariadb() ? !answer.starts_with('-') : answer == "0";
  if (reached) return {};
  return Error(kStatementFailed, {{"address", reading_->endpoint().Show()},
                                  {"statement", statement.substr(0, 40)},
                                  {"number", "0"},
                                  {"reason", "the server has not executed what its log has told already"}});
}

// The log's status is told at a moment when the engine shows all of the log. Without the right to ask, all
// that wrote to the table has ended once it is locked.
Status Viewpoint::AwaitEngine(const core::TableSchema& table) {
  const auto asked = reading_->Query("SELECT LOCAL FROM performance_schema.log_status");
  if (asked.ok() && !asked->empty()) return {};
  if (!asked.ok() && asked.error().code() != kStatementFailed) return asked.error();
  RETURN_IF_ERROR(reading_->Execute(fmt::format("SET SESSION lock_wait_timeout = {}", kLockWaitS)));
  RETURN_IF_ERROR(reading_->Execute("LOCK TABLES " + client::QuoteTable(table) + " READ"));
  return reading_->Execute("UNLOCK TABLES");
}

Result<binlog::BinlogPlace> Viewpoint::LogEnd() {
  return ReadLogEnd(captured_ ? *captured_ : *reading_, servers_.captured);
}

Result<ViewBounds> Viewpoint::End() {
  RETURN_IF_ERROR(reading_->Execute("COMMIT"));
  if (bounds_.high == binlog::BinlogPlace{}) {
    ASSIGN_OR_RETURN(bounds_.high, LogEnd());
  }
  return bounds_;
}

void Viewpoint::Interrupt() {
  reading_->Interrupt();
  if (captured_) captured_->Interrupt();
}

}  // namespace renkei::sources::mysql::snapshot
