// Reads a whole table in one view, for `verify`.
#pragma once

#include <memory>

#include "core/table_reader.h"
#include "sources/sqlserver/config.h"
#include "sources/sqlserver/view_desk.h"

namespace renkei::sources::sqlserver {

// Errors: kNoExactView where the database has no snapshot isolation, those of the connection.
Result<std::unique_ptr<core::TableReader>> OpenViewReader(const Options& options,
                                                          const core::TableSchema& table, ViewDesk& views);

}  // namespace renkei::sources::sqlserver
