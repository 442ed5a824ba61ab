// KeyReader: reads the rows of given keys of one table, in a consistent view whose bounds in the binary log
// it knows, as a ChunkReader does for ranges.
#pragma once

#include <cstdint>
#include <optional>

#include "base/byte_budget.h"
#include "core/batch_builder.h"
#include "sources/mysql/snapshot/binary_row.h"
#include "sources/mysql/snapshot/viewpoint.h"

namespace renkei::sources::mysql::snapshot {

struct KeyRows {
  core::Batch rows;  // only `after`; a key that the server takes for equal may bring a row of another key
  ViewBounds seen;
  uint32_t end = 0;      // the keys before it, from the first asked on, were read
  base::HeldBytes held;  // the memory of the rows
};

// One thread. Viewpoint and schema must outlive it.
class KeyReader {
 public:
  // `value_max`: bytes of the largest value.
  KeyReader(Viewpoint& viewpoint, const core::TableSchema& schema, uint64_t value_max);
  ~KeyReader();

  // The rows of keys[from...], as far as `bytes_max` goes; at least a statement's worth of keys. Errors:
  // those of the connection; kUnreadableCell, kValueTooLarge.
  Result<KeyRows> Read(const StreamPlace& taken, const core::Batch& keys, uint32_t from, size_t bytes_max);

 private:
  std::string Statement() const;
  Status ReadSome(const core::Batch& keys, uint32_t from, uint32_t end, core::BatchBuilder& rows);
  Result<KeyRows> ReadAll(const core::Batch& keys, uint32_t from, size_t bytes_max);

  Viewpoint& viewpoint_;
  const core::TableSchema& schema_;
  const uint64_t value_max_;
  const BinaryRowPlan plan_;
  std::optional<client::StatementId> statement_;
};

}  // namespace renkei::sources::mysql::snapshot
