// Reads a visible table as it was when the reader was opened, on a connection of its own. The rows come in no
// particular order.
#pragma once

#include <memory>
#include <string>

#include "core/sink.h"
#include "core/table_reader.h"
#include "duckdb/database.h"

namespace renkei::sinks::duckdb {

// Of the rows `wanted`, or of all. kNotLive if people see no such table. The reader keeps the database open.
Result<std::unique_ptr<core::TableReader>> OpenReader(std::shared_ptr<renkei::duckdb::Database> database,
                                                      const std::string& source, const std::string& table,
                                                      const core::RowFilter* wanted = nullptr);

}  // namespace renkei::sinks::duckdb
