// Columns that hold other bytes than they declare: UTF-8 in latin1 and its like, which an old client wrote.
#pragma once

#include <vector>

#include "core/finding.h"
#include "core/schema.h"
#include "sources/mysql/client/connection.h"

namespace renkei::sources::mysql {

// Looks at some rows of each table; a column is suspect (kSuspectText) if what is not ASCII there is all
// well-formed UTF-8.
Result<core::Findings> FindSuspectText(client::Connection& connection,
                                       const std::vector<core::TableSchema>& tables);

}  // namespace renkei::sources::mysql
