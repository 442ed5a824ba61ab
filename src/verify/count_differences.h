// Differences of a table without a key: how many copies of each row one side has more.
#pragma once

#include <vector>

#include "verify/differences.h"

namespace renkei::verify {

// Of the rows in the buckets wanted. `missing`: copies that the destination lacks; `doubled`: copies it has
// more of a row that the source has too; `extra`: copies of rows that the source has none of.
Result<Differences> CountDifferences(core::TableReader& source, core::TableReader& sink,
                                     const std::vector<bool>& buckets, const GivenUp& given_up);

}  // namespace renkei::verify
