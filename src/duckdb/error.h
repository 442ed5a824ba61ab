// DuckDB's errors as ours.
#pragma once

#include <string>

#include "base/result.h"

namespace renkei::duckdb {

// `type` is a duckdb_error_type.
Error ToError(int type, std::string reason);
// Of opening a file, which failed: a held lock, a missing or foreign file.
Error ToOpenError(const std::string& path, std::string reason);

}  // namespace renkei::duckdb
