// The source's side of `verify`: all rows of a table in one consistent view, with its exact position.
#pragma once

#include <memory>

#include "core/table_reader.h"
#include "sources/mysql/client/connection.h"

namespace renkei::sources::mysql {

// Errors: those of the connection, kUnreadableCell, kPositionPurged where the view's position cannot be told.
Result<std::unique_ptr<core::TableReader>> OpenConsistentReader(const client::Endpoint& endpoint,
                                                                const core::TableSchema& table);

}  // namespace renkei::sources::mysql
