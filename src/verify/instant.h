// Instant: one table, read on both sides as of the same place in the source's history (CORE 6): the sink is
// held, the source's consistent snapshot is opened, the sink goes exactly to the snapshot's place, hands out
// its reader and goes on.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "core/table_reader.h"
#include "pipeline/pipeline.h"
#include "verify/digest.h"

namespace renkei::verify {

struct TableName {
  std::string source;
  std::string table;  // "schema.table"
  std::string sink;
};

struct Instant {
  std::unique_ptr<core::TableReader> source;
  std::unique_ptr<core::TableReader> sink;
  core::Offset offset;
  std::string position;  // as people write it
};

// Errors: kNotReached when the capture did not get there in time; those of the hold and of both sides.
Result<Instant> OpenInstant(pipeline::Pipeline& pipeline, const TableName& name,
                            std::chrono::milliseconds patience, const GivenUp& given_up);

}  // namespace renkei::verify
