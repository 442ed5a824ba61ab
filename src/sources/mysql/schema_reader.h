// Tables as the server describes them, and which of them can be captured.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/patterns.h"
#include "core/finding.h"
#include "core/schema.h"
#include "sources/mysql/client/connection.h"
#include "sources/mysql/foreign_keys.h"
#include "sources/mysql/readings.h"

namespace renkei::sources::mysql {

struct DiscoveredTable {
  core::TableSchema schema;  // ids are not set
  uint64_t rows_estimated = 0;
  // Foreign keys that change its rows without a word in the binary log.
  std::vector<ForeignKeyAction> foreign_keys;
};

struct Discovery {
  std::vector<DiscoveredTable> tables;  // by name
  // What the configuration selects but cannot be captured, and warnings; each names its table.
  core::Findings findings;
};

// The tables that the patterns select; of a table named that is not there a finding says so, a mild one if it
// is among `later`. A table is refused by name, with the reason, when it is no table, is not transactional,
// has a column that we do not carry, or has neither a primary key nor a unique key without NULL and is
// changed by foreign keys; otherwise such a table's key is its whole row.
Result<Discovery> DiscoverTables(client::Connection& connection, const config::TablePatterns& patterns,
                                 const Readings& readings, const std::set<std::string>& later);

// One table; no table and no finding if it is not there.
Result<Discovery> DiscoverTable(client::Connection& connection, std::string_view schema,
                                std::string_view table, const Readings& readings);

}  // namespace renkei::sources::mysql
