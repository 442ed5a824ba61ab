// Writes rows in one of the formats, in pieces of bounded size. One thread.
#pragma once

#include <memory>
#include <vector>

#include "duckdb/rows.h"
#include "warehouse/query.h"

namespace renkei::warehouse {

class RowWriter {
 public:
  virtual ~RowWriter() = default;
  // Of the chunk at hand.
  virtual void Row(const renkei::duckdb::Rows& rows, size_t row) = 0;
  virtual void End() = 0;
  // What was made since the last Take.
  virtual std::string Take() = 0;
};

// `columns` as the statement has them; `whole_cells`: a cell's line breaks are kept (EXPLAIN).
std::unique_ptr<RowWriter> MakeRowWriter(Format format,
                                         const std::vector<renkei::duckdb::ColumnInfo>& columns,
                                         bool whole_cells);

}  // namespace renkei::warehouse
