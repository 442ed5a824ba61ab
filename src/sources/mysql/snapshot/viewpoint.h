// Viewpoint: where a worker reads from, and what each of its consistent views could see, told in places of
// the captured server's binary log (CORE 4). Nothing is locked for longer than a moment.
//
//   MariaDB itself           the server tells the view's exact place: low = high
//   MySQL, or any replica    the view opens once the server has executed all that the stream had taken when
//   the
//                            range was given out: low is that place; high is the log's end after the read
//   MySQL without GTIDs      the same, where one look at performance_schema.log_status, or the lock of the
//   table
//                            for a moment, proves that the engine shows all of the log
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "core/schema.h"
#include "sources/mysql/binlog/binlog_place.h"
#include "sources/mysql/client/connection.h"
#include "sources/mysql/client/server_info.h"

namespace renkei::sources::mysql::snapshot {

struct ViewServers {
  client::Endpoint captured_at;
  client::ServerInfo captured;
  // Where to read; the captured server itself, or a replica of it.
  client::Endpoint read_at;
  client::ServerInfo reader;
  bool replica() const { return !(captured.identity == reader.identity); }
};

// What the stream had taken at a moment between two transactions.
struct StreamPlace {
  binlog::BinlogPlace place;
  std::string gtids;  // as the server reads it; "" without GTIDs
};

struct ViewBounds {
  binlog::BinlogPlace low;   // all that ended up to here is in the view
  binlog::BinlogPlace high;  // nothing that ended after is
};

// One thread, but for Interrupt.
class Viewpoint {
 public:
  static Result<std::unique_ptr<Viewpoint>> Open(const ViewServers& servers, std::chrono::seconds timeout);

  client::Connection& connection() { return *reading_; }
  // Begins a view that shows at least all of `taken`. kStatementFailed if the server is too far behind.
  Status Begin(const StreamPlace& taken, const core::TableSchema& table);
  // Ends it.
  Result<ViewBounds> End();

  void Interrupt();

 private:
  explicit Viewpoint(const ViewServers& servers) : servers_(servers) {}
  Status AwaitExecuted(const StreamPlace& taken, const core::TableSchema& table);
  Status AwaitEngine(const core::TableSchema& table);
  Result<binlog::BinlogPlace> LogEnd();

  const ViewServers& servers_;
  std::unique_ptr<client::Connection> reading_;
  std::unique_ptr<client::Connection> captured_;  // if another one
  ViewBounds bounds_;
};

}  // namespace renkei::sources::mysql::snapshot
