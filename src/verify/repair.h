// Repair: has the keys that differ read again at the source and written into the log as they are there, until
// both sides are equal; what does not differ is not touched, and readers of the destination see it all the
// while (CORE 6).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/pipeline.h"
#include "verify/verify.h"

namespace renkei::verify {

struct RepairResult {
  TableName name;
  std::optional<Error> error;  // it is not known to be equal
  bool copied_anew = false;    // it was stopped, or this was asked for
  uint64_t rows = 0;           // of the table, as compared last
  uint64_t rows_read = 0;      // read again at the source
  uint64_t rows_gone = 0;      // keys that the source does not have
  int64_t took_us = 0;
};

// Waits until the sink has applied everything before the address.
Status AwaitApplied(pipeline::Pipeline& pipeline, const TableName& name, core::Address behind,
                    const GivenUp& given_up);

// The number of the last change told of the table that the log omits; to be asked before it is mended.
uint64_t LastUnlogged(pipeline::Pipeline& pipeline, const TableName& name);
// What was owed of the table up to that change is mended in all its sinks. In the log's state, so that it
// outlives the process.
Status SettleDebt(pipeline::Pipeline& pipeline, const TableName& name, const RepairResult& result,
                  uint64_t unlogged, const GivenUp& given_up);

// One table in one sink, which takes as long as comparing it twice, or more where much differs.
RepairResult RepairTable(pipeline::Pipeline& pipeline, const TableName& name, const VerifyOptions& options);

// The tables in order; `each` is told of every one as it is done. Those that are stopped are copied anew, all
// are with `anew`. A table that is equal in all its sinks is owed nothing any more.
Status RepairTables(pipeline::Pipeline& pipeline, const std::vector<TableName>& names, bool anew,
                    const VerifyOptions& options, const std::function<void(const RepairResult&)>& each);

// A source that was asked to go on from its present: once it has, the tables that are owed a comparison.
Status RepairSource(pipeline::Pipeline& pipeline, const std::string& source, const VerifyOptions& options,
                    const std::function<void(const RepairResult&)>& each);

// kRepaired, kCopiedAnew, or what went wrong.
Error ResultText(const RepairResult& result);

}  // namespace renkei::verify
