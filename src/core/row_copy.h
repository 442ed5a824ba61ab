// Batches with some of their rows: for the few occasions where rows already in columns must be parted.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "core/batch_builder.h"

namespace renkei::core {

// Appends the row to the builder, which has the batch's columns, as a row of the given transaction.
void CopyRow(const Batch& from, uint32_t row, uint32_t transaction, BatchBuilder& to);

// The first rows of the batch, sharing its memory.
Batch FirstRows(const Batch& batch, uint32_t rows);

// The rows for which `transaction` gives a place among the new set's transactions.
Batch SomeRows(const Batch& batch, const TableSchema& schema,
               const std::function<std::optional<uint32_t>(uint32_t row)>& transaction);

// A batch of rows without transactions, as a chunk is: the rows that `keep` wants.
Batch KeptRows(const Batch& chunk, const TableSchema& schema, const std::function<bool(uint32_t row)>& keep);

}  // namespace renkei::core
