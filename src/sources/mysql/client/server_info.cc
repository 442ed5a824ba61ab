#include "sources/mysql/client/server_info.h"

#include <charconv>

#include "sources/mysql/codes.h"

namespace renkei::sources::mysql::client {

namespace {

Result<ServerIdentity> ReadIdentity(Connection& connection, Flavour flavour) {
  ServerIdentity identity;
  ASSIGN_OR_RETURN(const std::string id, connection.QueryValue("SELECT @@global.server_id"));
  std::from_chars(id.data(), id.data() + id.size(), identity.server_id);
  if (flavour == Flavour::kMysql) {
    ASSIGN_OR_RETURN(identity.uuid, connection.QueryValue("SELECT @@global.server_uuid"));
  }
  return identity;
}

void ReadVersion(ServerInfo& server) {
  const char* at = server.version.data();
  const char* end = at + server.version.size();
  const auto [dot, error] = std::from_chars(at, end, server.major);
  if (error == std::errc() && dot != end && *dot == '.') std::from_chars(dot + 1, end, server.minor);
}

}  // namespace

std::string ServerIdentity::Show() const {
  return uuid.empty() ? "server_id " + std::to_string(server_id) : "server_uuid " + uuid;
}

bool operator==(const ServerIdentity& a, const ServerIdentity& b) {
  if (!a.uuid.empty() && !b.uuid.empty()) return a.uuid == b.uuid;
  return a.server_id == b.server_id && a.uuid.empty() == b.uuid.empty();
}

const char* ServerInfo::LogEndStatement() const {
  return !mariadb() && AtLeast(8, 2) ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";
}

Result<ServerInfo> ReadServer(Connection& connection) {
  ServerInfo server;
  ASSIGN_OR_RETURN(server.version, connection.QueryValue("SELECT VERSION()"));
  ReadVersion(server);
  server.flavour = server.version.find("MariaDB") == std::string::npos ? Flavour::kMysql : Flavour::kMariadb;
  ASSIGN_OR_RETURN(server.identity, ReadIdentity(connection, server.flavour));
  if (server.flavour == Flavour::kMysql && server.AtLeast(5, 7)) {
    ASSIGN_OR_RETURN(const std::string mode, connection.QueryValue("SELECT @@global.gtid_mode"));
    server.gtids = mode == "ON";
  }
  ASSIGN_OR_RETURN(const auto aurora, connection.Query("SHOW GLOBAL VARIABLES LIKE 'aurora\\_version'"));
  server.aurora = !aurora.empty();
  ASSIGN_OR_RETURN(const std::string folder, connection.QueryValue("SELECT @@global.basedir"));
  server.rds = server.aurora || folder.find("/rdsdbbin/") != std::string::npos;
  return server;
}

Result<std::unique_ptr<Connection>> OpenAt(const Endpoint& endpoint, const ServerInfo& server,
                                           std::chrono::seconds read_timeout) {
  ASSIGN_OR_RETURN(auto connection, Connection::Open(endpoint, read_timeout));
  ASSIGN_OR_RETURN(const ServerIdentity found, ReadIdentity(*connection, server.flavour));
  if (found == server.identity) return connection;
  return Error(kOtherServerAnswered,
               {{"address", endpoint.Show()}, {"expected", server.identity.Show()}, {"found", found.Show()}});
}

}  // namespace renkei::sources::mysql::client
