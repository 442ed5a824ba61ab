// What a database says of itself at each look: how far its changes have come, and which history that is.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "sources/sqlserver/client/connection.h"

namespace renkei::sources::sqlserver {

struct DatabaseState {
  std::optional<int64_t> version;  // nothing: Change Tracking is off
  std::string epoch;
  bool knows_fork = false;  // the recovery fork is part of the epoch
};
Result<DatabaseState> ReadDatabase(client::Connection& connection);

// A tracked table; one that is not there any more or not tracked is not among them.
struct TableState {
  std::optional<int64_t> min_valid;  // nothing: the right to ask is missing
  std::string object;                // its number: a table made anew has another
  std::string identity;              // of the object and its tracking: see NativeId
  std::string modified;              // when its definition was last changed
};
// All tracked tables, by "schema.table".
Result<std::map<std::string, TableState>> ReadTables(client::Connection& connection);

// "object/tracking/begin": the first changes when a table is made anew, the second when it is tracked anew,
// the third also when it is truncated.
std::string NativeId(const std::string& object, const std::string& tracking, const std::string& begin);

// The session reads in one state of the database from here to EndView. `witness`: a table; reading it fixes
// the state. kBusy if it is not there.
Status BeginView(client::Connection& connection, const std::string& witness);
Status EndView(client::Connection& connection);

}  // namespace renkei::sources::sqlserver
