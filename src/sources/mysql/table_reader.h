// The source's side of `verify`: all rows of a table in one consistent view, with its exact position.
#pragma once

#include <memory>
#include <vector>

#include "core/table_reader.h"
#include "sources/mysql/client/connection.h"

namespace renkei::sources::mysql {

// Errors: those of the connection, kUnreadableCell, those of OpenExactView.
Result<std::unique_ptr<core::TableReader>> OpenConsistentReader(
    const std::vector<client::Endpoint>& endpoints, const core::TableSchema& table);

}  // namespace renkei::sources::mysql
