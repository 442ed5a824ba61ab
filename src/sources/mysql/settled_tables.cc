#include "sources/mysql/settled_tables.h"

#include <algorithm>

#include "sources/mysql/chosen_server.h"

namespace renkei::sources::mysql {

Result<std::optional<SettledTables>> SettleTables(client::Connection& control,
                                                  const client::ServerInfo& server,
                                                  const std::function<Result<Discovery>()>& read) {
  ASSIGN_OR_RETURN(const Discovery before, read());
  ASSIGN_OR_RETURN(LogPosition place, ReadPosition(control, server));
  ASSIGN_OR_RETURN(Discovery after, read());
  const bool same =
      std::ranges::equal(before.tables, after.tables, {}, &DiscoveredTable::schema, &DiscoveredTable::schema);
  if (!same) return std::optional<SettledTables>();
  return std::optional<SettledTables>(SettledTables{std::move(after), std::move(place)});
}

}  // namespace renkei::sources::mysql
