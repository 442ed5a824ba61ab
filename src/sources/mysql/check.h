// What a server must be set to for its changes to be captured, and what is missing.
#pragma once

#include "core/finding.h"
#include "core/schema.h"
#include "sources/mysql/client/connection.h"
#include "sources/mysql/client/server_info.h"

namespace renkei::sources::mysql {

// The settings and rights of the whole server, each finding with the statement that mends it. The error is of
// the connection only.
Result<core::Findings> CheckServer(client::Connection& connection, const client::ServerInfo& server);

// Whether the user may read the tables; a finding for each that it may not.
Result<core::Findings> CheckTableRights(client::Connection& connection,
                                        const std::vector<core::TableSchema>& tables);

// The first finding of the whole source that telemetry counts as an error, if any.
const core::Finding* FirstError(const core::Findings& findings);

}  // namespace renkei::sources::mysql
