#include "sources/mysql/snapshot/viewpoint.h"

#include <fmt/format.h>

#include <charconv>

#include "sources/mysql/client/names.h"
#include "sources/mysql/codes.h"

namespace renkei::sources::mysql::snapshot {

namespace {

constexpr int kAwaitS = 20;
constexpr int kLockWaitS = 2;

void ReadOffset(const std::string& text, uint64_t& offset) {
  std::from_chars(text.data(), text.data() + text.size(), offset);
}

Result<binlog::BinlogPlace> ReadExactPlace(client::Connection& connection) {
  ASSIGN_OR_RETURN(const auto rows, connection.Query("SHOW STATUS LIKE 'binlog_snapshot_%'"));
  binlog::BinlogPlace place;
  for (const client::TextRow& row : rows) {
    const std::string name = row[0].value_or("");
    if (name == "Binlog_snapshot_file") place.file = binlog::BinlogFileNumber(row[1].value_or(""));
    if (name == "Binlog_snapshot_position") ReadOffset(row[1].value_or(""), place.offset);
  }
  if (place.offset == 0) return Error(kBinaryLogOff);
  return place;
}

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
  ASSIGN_OR_RETURN(bounds_.low, ReadExactPlace(*reading_));
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
  client::Connection& captured = captured_ ? *captured_ : *reading_;
  ASSIGN_OR_RETURN(const auto rows, captured.Query(servers_.captured.LogEndStatement()));
  if (rows.empty()) return Error(kBinaryLogOff);
  binlog::BinlogPlace place;
  place.file = binlog::BinlogFileNumber(rows[0][0].value_or(""));
  ReadOffset(rows[0][1].value_or(""), place.offset);
  return place;
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
