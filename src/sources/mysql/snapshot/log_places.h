// Places of a server's binary log, asked of the server.
#pragma once

#include "sources/mysql/binlog/binlog_place.h"
#include "sources/mysql/client/server_info.h"

namespace renkei::sources::mysql::snapshot {

// MariaDB: the exact place of the consistent view that is open on the connection. kBinaryLogOff.
Result<binlog::BinlogPlace> ReadViewPlace(client::Connection& connection);
// The end of the log now. kBinaryLogOff.
Result<binlog::BinlogPlace> ReadLogEnd(client::Connection& connection, const client::ServerInfo& server);

}  // namespace renkei::sources::mysql::snapshot
