// Verify: compares source and destination, table by table, without loading a table.
//
// Both sides are read at one instant and folded into digests. Where these differ, a second instant is read
// and the differing keys are named. Both instants are exact, so that a real difference is there in both,
// unless a change mended it in between; what is in neither the second reading nor a third is no difference.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/pipeline.h"
#include "verify/differences.h"
#include "verify/instant.h"

namespace renkei::verify {

struct TableResult {
  TableName name;
  std::optional<Error> error;  // it could not be compared
  uint64_t source_rows = 0;
  uint64_t sink_rows = 0;
  Differences differences;
  std::string position;
  bool equal() const { return !error && source_rows == sink_rows && differences.total() == 0; }
};

struct VerifyOptions {
  std::vector<std::string> patterns;  // "schema.table", `*` allowed; none: all tables
  std::chrono::milliseconds patience{60'000};
  GivenUp given_up = [] { return false; };
  OnKey on_key = nullptr;  // told of the keys of `differences`
};

// How long a repair waits for a busy sink and source, which nobody watches as closely as a comparison.
constexpr std::chrono::milliseconds kRepairPatience{300'000};

// The tables meant, in order; kNoTableMatches for a pattern without any, kNothingToVerify.
Result<std::vector<TableName>> TablesToVerify(const pipeline::Pipeline& pipeline,
                                              const std::vector<std::string>& patterns);

// One table, which may take as long as reading it twice.
TableResult VerifyTable(pipeline::Pipeline& pipeline, const TableName& name, const VerifyOptions& options);

}  // namespace renkei::verify
