// StandIn: the SQL Server of tests/sqlserver as a process of its own, with the tracked database `shop`.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "sources/sqlserver/client/connection.h"

namespace renkei::sources::sqlserver::testing {

// One thread.
class StandIn {
 public:
  StandIn();
  ~StandIn();
  StandIn(const StandIn&) = delete;
  StandIn& operator=(const StandIn&) = delete;

  client::Endpoint endpoint() const;
  std::string url() const;
  // A batch as sa, in `shop`.
  void Execute(const std::string& batch);
  std::vector<client::TextRow> Query(const std::string& batch);
  // A request of the control port, as JSON (tests/sqlserver/control.py).
  void Control(const std::string& request) const;

 private:
  client::Connection& session();
  pid_t process_ = -1;
  uint16_t port_ = 0;
  uint16_t control_port_ = 0;
  std::unique_ptr<client::Connection> session_;
};

}  // namespace renkei::sources::sqlserver::testing
