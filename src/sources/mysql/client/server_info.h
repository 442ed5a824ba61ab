// Which server a session is at: its kind, version and identity.
#pragma once

#include <cstdint>
#include <string>

#include "sources/mysql/client/connection.h"

namespace renkei::sources::mysql::client {

enum class Flavour : uint8_t { kMariadb, kMysql };

// What tells one server from another. MariaDB has no uuid.
struct ServerIdentity {
  uint32_t server_id = 0;
  std::string uuid;
  std::string Show() const;
  // By the uuid where both have one.
  friend bool operator==(const ServerIdentity& a, const ServerIdentity& b);
};

struct ServerInfo {
  Flavour flavour = Flavour::kMariadb;
  std::string version;  // as the server says it
  int major = 0;
  int minor = 0;
  ServerIdentity identity;
  bool gtids = true;    // every transaction has one
  bool aurora = false;  // Amazon's storage, settings by parameter group
  bool rds = false;     // Amazon's administration: no SUPER, settings by parameter group

  bool mariadb() const { return flavour == Flavour::kMariadb; }
  bool AtLeast(int wanted_major, int wanted_minor) const {
    return major != wanted_major ? major > wanted_major : minor >= wanted_minor;
  }
  // The statement that tells the end of the binary log.
  const char* LogEndStatement() const;
};

Result<ServerInfo> ReadServer(Connection& connection);

// Another session at the same server. An address may lead to several (a proxy, a name that moved meanwhile):
// any other one is kOtherServer.
Result<std::unique_ptr<Connection>> OpenAt(const Endpoint& endpoint, const ServerInfo& server,
                                           std::chrono::seconds read_timeout);

}  // namespace renkei::sources::mysql::client
