// Columns that come to a captured table later and are kept back (new_columns: mask, hold): they are NULL
// already where rows are decoded, so that their values are in no file of ours (invariant 6).
#pragma once

#include <string>
#include <vector>

#include "core/change_set.h"
#include "sources/mysql/config.h"

namespace renkei::sources::mysql {

// How columns of two schemas are the same.
enum class SameBy : uint8_t { kNumber, kName };

// Marks the columns of `schema` that are to be kept back: those that were so in `known`, and, as the policy
// says, those that it does not have. The answer: the latter.
std::vector<std::string> KeepBack(const core::TableSchema& known, NewColumns policy, SameBy same,
                                  core::TableSchema& schema);

// The columns that are kept back, between commas; "" if none.
std::string ShowKeptBack(const core::TableSchema& schema);

// What rows have in a column that is kept back is NULL.
void DropFills(const core::TableSchema& schema, std::vector<core::ColumnFill>& fills);

}  // namespace renkei::sources::mysql
