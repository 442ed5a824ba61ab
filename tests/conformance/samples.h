// Small change sets of a numbered history, for suites and tests of logs: the n-th follows the (n-1)-th.
#pragma once

#include <string>

#include "core/change_set.h"
#include "core/log_entry.h"
#include "core/schema.h"

namespace renkei::conformance {

// Table n: shop.tn with an integer key `id` and a text `v`; schema and table have the same number.
core::TableSchema SampleSchema(uint32_t table);

// Inserts (or reads) of `rows` keys from `first` on.
core::Batch SampleRows(uint32_t table, int64_t first, uint32_t rows, size_t value_bytes = 8);

// Upserts of `rows` keys from `first` on, and a delete of the key after them.
core::Repair SampleRepair(uint32_t table, int64_t first, uint32_t rows);

// "" for 0: where a lane begins.
core::Position SamplePosition(uint64_t number);

struct Sample {
  uint64_t number = 1;
  uint32_t table = 1;
  uint32_t rows = 2;
  size_t value_bytes = 8;
  core::Lane lane;
};
// One transaction, named by its position, whose first key is number * 1000.
core::ChangeSet SampleSet(const Sample& sample);

}  // namespace renkei::conformance
