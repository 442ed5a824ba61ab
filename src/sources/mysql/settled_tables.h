// The tables of one place of the history.
#pragma once

#include <functional>
#include <optional>

#include "sources/mysql/client/connection.h"
#include "sources/mysql/client/server_info.h"
#include "sources/mysql/log_position.h"
#include "sources/mysql/schema_reader.h"

namespace renkei::sources::mysql {

struct SettledTables {
  Discovery discovery;
  LogPosition place;
};

// Reads the tables before and after the place is asked for: equal, they are the tables of the place. Nothing
// if they were being changed at this moment, so that it must be asked again.
Result<std::optional<SettledTables>> SettleTables(client::Connection& control,
                                                  const client::ServerInfo& server,
                                                  const std::function<Result<Discovery>()>& read);

}  // namespace renkei::sources::mysql
