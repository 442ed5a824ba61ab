// What `check --connect` and a starting capture look at: settings, rights, tables, and what is not
// guaranteed.
#pragma once

#include "core/finding.h"
#include "sources/sqlserver/client/connection.h"
#include "sources/sqlserver/config.h"

namespace renkei::sources::sqlserver {

Result<core::Findings> CheckDatabase(client::Connection& connection, const Options& options);

}  // namespace renkei::sources::sqlserver
