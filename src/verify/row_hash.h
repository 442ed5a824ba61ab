// RowHash: 128 bits over the canonical form of a row, columns in the source's order (CORE 6). Two rows with
// the same hash are taken for equal; with XXH3 and honest data that is wrong less than once in 10^20 rows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/change_set.h"

namespace renkei::verify {

using Hash = unsigned __int128;

// Reads rows of one side. One thread.
class RowHash {
 public:
  // For rows with the columns of `side`, hashed in the order of `source`. kColumnsDiffer if they do not
  // match.
  static Result<RowHash> Make(const core::TableSchema& source, const core::TableSchema& side);

  Hash Key(const core::Batch& batch, uint32_t row);
  Hash Row(const core::Batch& batch, uint32_t row);
  // "17" or "(17, 'b')".
  std::string ShowKey(const core::Batch& batch, uint32_t row) const;

 private:
  Hash Over(const core::Batch& batch, uint32_t row, const std::vector<uint16_t>& columns);

  std::vector<uint16_t> columns_;
  std::vector<uint16_t> key_;
  std::string form_;
};

}  // namespace renkei::verify
