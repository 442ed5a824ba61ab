// A consistent view of a table whose exact place in the server's history is known (CORE 6), without a lock
// where that can be had.
#pragma once

#include "core/schema.h"
#include "sources/mysql/client/server_info.h"
#include "sources/mysql/log_position.h"

namespace renkei::sources::mysql {

// Begins a transaction that sees the table exactly as of the position.
//
//   MariaDB              the server tells the view's place
//   MySQL                the view is opened between two looks at the GTIDs; they are the view's if the set
//   did
//                        not grow meanwhile and no transaction was on its way into it. Tried a number of
//                        times.
//   busy, or no GTIDs    writers of this one table are locked out for the moment in which the view opens
//                        (LOCK TABLES ... READ, which takes the right of this name)
//
// Errors: those of the connection, kPositionPurged, kNoExactView.
Result<LogPosition> OpenExactView(client::Connection& connection, const client::ServerInfo& server,
                                  const core::TableSchema& table);

}  // namespace renkei::sources::mysql
