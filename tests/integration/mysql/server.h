// MariadbServer: a private server for a test, on loopback, in a folder of its own that goes with it. With the
// root of an unpacked MySQL 9 in $RENKEI_MYSQL9 (tests/mysql9/) it is that.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "sources/mysql/client/connection.h"

namespace renkei::sources::mysql::testing {

class MariadbServer {
 public:
  // Installs and starts one set as a capture wants it; `settings` ("--name=value") come after and so win.
  // A server that does not come up fails a CHECK.
  explicit MariadbServer(std::vector<std::string> settings = {});
  ~MariadbServer();

  void Stop();
  void Start();
  void Kill();

  // As root.
  std::unique_ptr<client::Connection> Connect() const;
  void Execute(const std::string& statement) const;
  std::string Value(const std::string& query) const;
  // The user that captures, with the least rights.
  client::Endpoint CaptureEndpoint() const;
  // The same as a section of the configuration: "{url: ..., tables: [...]}".
  std::string Section(const std::string& tables, const std::string& more = "") const;

  int port() const { return port_; }
  static bool IsMysql();

 private:
  void Install();
  std::vector<std::string> Program() const;
  client::Endpoint RootEndpoint() const;

  std::vector<std::string> settings_;
  std::string folder_;
  int port_ = 0;
  pid_t process_ = -1;
};

}  // namespace renkei::sources::mysql::testing
