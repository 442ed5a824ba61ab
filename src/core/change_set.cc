#include "core/change_set.h"

namespace renkei::core {

size_t Batch::size_bytes() const {
  size_t bytes = operations.size() + transactions.size() + ordinals.size();
  for (const Column& column : after) bytes += column.size_bytes();
  for (const Column& column : before) bytes += column.size_bytes();
  return bytes;
}

uint64_t ChangeSet::rows() const {
  uint64_t rows = 0;
  for (const Item& item : items) {
    if (const auto* batch = std::get_if<Batch>(&item)) rows += batch->rows;
  }
  return rows;
}

size_t ChangeSet::size_bytes() const {
  size_t bytes = transactions.size() * sizeof(Transaction);
  for (const Item& item : items) {
    if (const auto* batch = std::get_if<Batch>(&item)) bytes += batch->size_bytes();
  }
  return bytes;
}

}  // namespace renkei::core
