// Which tables there are and what they look like, out of the catalog.
#pragma once

#include <string>
#include <vector>

#include "core/finding.h"
#include "core/schema.h"
#include "sources/sqlserver/client/connection.h"
#include "sources/sqlserver/config.h"

namespace renkei::sources::sqlserver {

struct FoundTable {
  core::TableSchema schema;  // without ids; native_id is the NativeId
  std::string modified;
  uint64_t rows_estimated = 0;
};

struct Discovery {
  std::vector<FoundTable> tables;
  core::Findings findings;  // of tables that are selected and cannot be captured
};

Result<Discovery> DiscoverTables(client::Connection& connection, const Options& options);
// Only the table of this name; nothing found where it is not there.
Result<Discovery> DiscoverTable(client::Connection& connection, const Options& options,
                                const std::string& qualified_name);

// [schema].[table]
std::string QuoteTable(const core::TableSchema& table);
// The columns of the table called `alias`, in the schema's order, between commas.
std::string SelectList(const core::TableSchema& table, const std::string& alias);
// "a.[k1], a.[k2]": the names of the key's columns.
std::string KeyList(const core::TableSchema& table, const std::string& alias);

}  // namespace renkei::sources::sqlserver
