// Builds a Batch row by row. For each row: BeginRow, then one cell into every column of after() and, if the
// batch has images before, of before(). One thread.
#pragma once

#include <vector>

#include "core/change_set.h"

namespace renkei::core {

class BatchBuilder {
 public:
  // `before_columns`: the places of the columns whose image before is kept; may be empty.
  BatchBuilder(const TableSchema& schema, std::vector<uint16_t> before_columns);

  void BeginRow(Operation operation, uint32_t transaction, uint32_t ordinal) {
    operations_.push_back(operation);
    transactions_.push_back(transaction);
    ordinals_.push_back(ordinal);
  }
  std::vector<ColumnBuilder>& after() { return after_; }
  std::vector<ColumnBuilder>& before() { return before_; }
  const std::vector<uint16_t>& before_columns() const { return before_columns_; }

  uint32_t rows() const { return static_cast<uint32_t>(operations_.size()); }
  size_t size_bytes() const;
  // The batch; the builder is empty afterwards. Every column must have one cell a row.
  Batch Finish();

 private:
  TableId table_;
  SchemaId schema_;
  Generation generation_;
  std::vector<uint16_t> before_columns_;
  std::vector<Operation> operations_;
  std::vector<uint32_t> transactions_;
  std::vector<uint32_t> ordinals_;
  std::vector<ColumnBuilder> after_;
  std::vector<ColumnBuilder> before_;
};

}  // namespace renkei::core
