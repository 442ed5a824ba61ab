#include "sources/mysql/dump.h"

#include <fmt/format.h>

#include <charconv>

#include "sources/mysql/codes.h"

namespace renkei::sources::mysql {

namespace {

// The server shows a sign of life this often; without one for much longer the connection is dead.
constexpr int64_t kHeartbeatNs = 500'000'000;
constexpr std::chrono::seconds kSilenceMax{20};

}  // namespace

Dump::Dump(std::unique_ptr<client::Connection> connection, LogPosition from, PacketPipe& pipe,
           const base::Clock& clock)
    : connection_(std::move(connection)), from_(std::move(from)), pipe_(pipe), clock_(clock) {}

Dump::~Dump() {
  thread_.request_stop();
  connection_->Interrupt();
}

Result<std::unique_ptr<Dump>> Dump::Start(const client::Endpoint& endpoint, const client::ServerInfo& server,
                                          const LogPosition& from, uint32_t server_id, PacketPipe& pipe,
                                          const base::Clock& clock) {
  ASSIGN_OR_RETURN(auto connection, client::OpenAt(endpoint, server, kSilenceMax));
  std::unique_ptr<Dump> dump(new Dump(std::move(connection), from, pipe, clock));
  RETURN_IF_ERROR(dump->Prepare(server, server_id));
  dump->thread_ = std::jthread([raw = dump.get()](const std::stop_token& stop) { raw->Read(stop); });
  return dump;
}

Status Dump::Prepare(const client::ServerInfo& server, uint32_t server_id) {
  ASSIGN_OR_RETURN(const std::string algorithm, connection_->QueryValue("SELECT @@global.binlog_checksum"));
  checksums_ = algorithm != "NONE";
  ASSIGN_OR_RETURN(const std::string server_us,
                   connection_->QueryValue("SELECT CAST(UNIX_TIMESTAMP(SYSDATE(6)) * 1000000 AS SIGNED)"));
  int64_t server_now_us = 0;
  std::from_chars(server_us.data(), server_us.data() + server_us.size(), server_now_us);
  clock_ahead_us_ = server_now_us - clock_.wall().value;
  RETURN_IF_ERROR(connection_->Execute("SET @master_binlog_checksum = @@global.binlog_checksum"));
  RETURN_IF_ERROR(connection_->Execute(fmt::format("SET @master_heartbeat_period = {}", kHeartbeatNs)));
  return server.mariadb() ? AskMariadb(server_id) : AskMysql(server_id);
}

Status Dump::AskMariadb(uint32_t server_id) {
  const std::string settings[] = {
      "SET @mariadb_slave_capability = 4",
      fmt::format("SET @slave_connect_state = '{}'", from_.Show()),
      "SET @slave_gtid_strict_mode = 1",
      "SET @slave_gtid_ignore_duplicates = 0",
  };
  for (const std::string& setting : settings) RETURN_IF_ERROR(connection_->Execute(setting));
  return connection_->StartDump({"", 4, server_id, false, {}});
}

// The uuid that we read as goes with the id, so that the server tells a second reader with our id by both.
Status Dump::AskMysql(uint32_t server_id) {
  RETURN_IF_ERROR(connection_->Execute("SET @source_binlog_checksum = @@global.binlog_checksum"));
  RETURN_IF_ERROR(connection_->Execute(fmt::format("SET @source_heartbeat_period = {}", kHeartbeatNs)));
  RETURN_IF_ERROR(connection_->Execute(fmt::format(
      "SET @slave_uuid = '{0:08x}-0000-4000-8000-{0:012x}', @replica_uuid = @slave_uuid", server_id)));
  if (const ServerPlace* place = from_.place())
    return connection_->StartDump({place->place.file, place->place.offset, server_id, false, {}});
  const MysqlSet* set = from_.mysql();
  if (set == nullptr) return Error(kForeignPosition, {{"position", from_.Show()}});
  return connection_->StartDump({"", 4, server_id, false, set->WireForm()});
}

void Dump::Read(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto packet = connection_->ReadEvent();
    if (!packet.ok()) return pipe_.Close(Explain(packet.error()));
    if (!*packet) {
      return pipe_.Close(Error(kConnectionLost, {{"address", connection_->endpoint().Show()},
                                                 {"reason", "the server ended the binary log"}}));
    }
    if (!pipe_.Push(**packet, clock_.wall(), stop)) return;
  }
}

Error Dump::Explain(const Error& error) const {
  if (error.code() != kStatementFailed) return error;
  const std::string reason(error.field("reason"));
  const auto says = [&](std::string_view part) { return reason.find(part) != std::string::npos; };
  if (says("same server_uuid/server_id") || says("same server_id"))
    return Error(from_.mariadb() != nullptr ? kServerIdTaken : kServerUuidTaken, {{"reason", reason}});
  if (says("Could not find GTID state") || says("purged") || says("Could not find first log file"))
    return Error(kPositionPurged, {{"position", from_.Show()}, {"reason", reason}});
  if (says("not in the master's binlog") || says("has more GTIDs than the")) {
    return Error(kOtherHistory,
                 {{"transaction", from_.Show()}, {"expected", "this position"}, {"found", reason}});
  }
  return Error(kDumpRefused, {{"number", std::string(error.field("number"))}, {"reason", reason}});
}

}  // namespace renkei::sources::mysql
