// What verify found, as people read it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "telemetry/language.h"
#include "verify/verify.h"

namespace renkei::cli {

// A row a table, then the ranges of keys that differ.
std::string VerifyView(const std::vector<verify::TableResult>& results, telemetry::Language language);
// All equal, or how many are not.
Error VerifySummary(const std::vector<verify::TableResult>& results, int64_t took_us);

}  // namespace renkei::cli
