// ChunkReader: reads ranges of one table in key order, each in a consistent snapshot of its own, without a
// lock (CORE 4).
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/byte_budget.h"
#include "core/change_set.h"
#include "sources/mysql/binlog/binlog_place.h"
#include "sources/mysql/client/connection.h"
#include "sources/mysql/snapshot/binary_row.h"
#include "sources/mysql/snapshot/viewpoint.h"

namespace renkei::sources::mysql::snapshot {

struct Chunk {
  core::Batch rows;        // only `after`
  ViewBounds seen;         // what the read could see
  std::string upper;       // bound of the last key that can be in `rows`; "" = open
  bool cut_short = false;  // the bytes were too many: rows beyond `upper` are left in the range
  base::HeldBytes held;    // the memory of the rows
  // Why there are no rows. It counts once the stream has passed what the read saw with the table unchanged.
  std::optional<Error> failure;
};

// A row's columns as SQL selects them.
std::string SelectColumns(const core::TableSchema& schema);

// One row of a result into the columns. kUnreadableCell; kValueTooLarge above `value_max` bytes.
Status DecodeRow(const core::TableSchema& schema, const BinaryRowPlan& plan, uint64_t value_max,
                 client::Packet row, std::vector<core::ColumnBuilder>& columns);

// One thread. The viewpoint must outlive it.
class ChunkReader {
 public:
  // `value_max`: bytes of the largest value.
  ChunkReader(Viewpoint& viewpoint, const core::TableSchema& schema, uint64_t value_max);
  ~ChunkReader();

  // A chunk without rows, for a failure of now.
  Result<Chunk> Fail(const StreamPlace& taken, Error failure);

  // The bound of the `rows`-th key above `lower`; "" if there are fewer.
  Result<std::string> PlanUpper(const std::string& lower, uint64_t rows);

  // The rows of the keys in (lower, upper], "" = open, as far as `bytes_max` goes, or the failure of reading
  // them. Errors: those of the connection and the view.
  Result<Chunk> Read(const StreamPlace& taken, const std::string& lower, const std::string& upper,
                     size_t bytes_max);

 private:
  // Which bounds a statement has.
  struct Shape {
    bool lower = false;
    bool upper = false;
  };
  Result<client::StatementId> Statement(std::optional<client::StatementId>& prepared, const Shape& shape,
                                        const std::string& head, const std::string& tail);
  std::string OrderByKey() const;
  Result<Chunk> ReadRows(const std::string& lower, const std::string& upper, size_t bytes_max);
  std::string BoundOfLast(const core::Batch& rows) const;

  Viewpoint& viewpoint_;
  client::Connection& connection_;
  const uint64_t value_max_;
  const core::TableSchema& schema_;
  const core::TableSchema key_schema_;  // only the key's columns
  const BinaryRowPlan plan_;
  const BinaryRowPlan key_plan_;
  std::optional<client::StatementId> reads_[4];
  std::optional<client::StatementId> plans_[2];
};

}  // namespace renkei::sources::mysql::snapshot
