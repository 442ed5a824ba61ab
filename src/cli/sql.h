// `renkei sql`: one read-only statement against the warehouse.
#pragma once

#include <chrono>
#include <string>

#include "cli/invocation.h"

namespace renkei::cli {

enum class SqlFormat : uint8_t { kTable, kCsv, kJson };

struct SqlOptions {
  std::string statement;
  SqlFormat format = SqlFormat::kTable;
  std::chrono::milliseconds timeout{0};  // 0: none
};

// The answer is the exit code.
int Sql(Invocation& invocation, const SqlOptions& options);

}  // namespace renkei::cli
