// WholeRead: all rows of a table in one consistent view, in pieces, in no order. For tables without a key,
// whose rows cannot be told from those that the log brings: the view's place in the log must be known exactly
// (CORE 5).
//
//   MariaDB              the server tells the view's place
//   MySQL                the view is opened between two looks at the GTIDs; if none was added or on its way
//                        meanwhile, the log's end then is the view's place. Tried a number of times.
//   busy, or no GTIDs    writers of this one table are locked out for the moment in which the view opens
//                        (LOCK TABLES ... READ, which takes the right of this name)
//
// While it is read, statements that change the table's definition wait at the server.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "sources/mysql/client/server_info.h"
#include "sources/mysql/snapshot/binary_row.h"
#include "sources/mysql/snapshot/chunk_reader.h"

namespace renkei::sources::mysql::snapshot {

// One thread at a time, but for Interrupt.
class WholeRead {
 public:
  // Opens the view; it shows at least all that ended up to `taken`. The schema must outlive it. `value_max`:
  // bytes of the largest value. Errors: those of the connection; kNoExactView.
  static Result<std::unique_ptr<WholeRead>> Open(const client::Endpoint& at, const client::ServerInfo& server,
                                                 binlog::BinlogPlace taken, const core::TableSchema& schema,
                                                 uint64_t value_max);

  // All that ended up to here is in the view, and nothing that ended after.
  binlog::BinlogPlace place() const { return place_; }
  // The next rows, about `bytes_max` of them; `cut_short` if there may be more. A row that cannot be taken
  // (kUnreadableCell, kValueTooLarge) is the chunk's failure. Errors: those of the connection.
  Result<Chunk> Next(size_t bytes_max);

  void Interrupt();

 private:
  WholeRead(std::unique_ptr<client::Connection> connection, const core::TableSchema& schema,
            uint64_t value_max);
  Status BeginView(const client::ServerInfo& server, binlog::BinlogPlace taken);
  Status BeginOnMariadb(binlog::BinlogPlace taken);
  Result<bool> BeginWhileQuiet(const client::ServerInfo& server);
  Status BeginUnderLock(const client::ServerInfo& server);

  std::unique_ptr<client::Connection> connection_;
  const core::TableSchema& schema_;
  const uint64_t value_max_;
  const BinaryRowPlan plan_;
  binlog::BinlogPlace place_;
  bool begun_ = false;
  uint64_t rows_ = 0;
};

}  // namespace renkei::sources::mysql::snapshot
