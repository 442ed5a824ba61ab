#include "sinks/duckdb/fold.h"

#include <algorithm>

#include "core/canonical.h"
#include "sinks/duckdb/codes.h"

namespace renkei::sinks::duckdb {

using core::CellState;
using core::Operation;

// The key's columns of one image of a batch; empty where the batch has no such image.
struct TableFold::KeyColumns {
  std::vector<const core::Column*> columns;

  static KeyColumns After(const core::Batch& batch, const std::vector<uint16_t>& key) {
    KeyColumns found;
    for (uint16_t place : key) found.columns.push_back(&batch.after[place]);
    return found;
  }
  static KeyColumns Before(const core::Batch& batch, const std::vector<uint16_t>& key) {
    KeyColumns found;
    for (uint16_t place : key) {
      const auto at = std::find(batch.before_columns.begin(), batch.before_columns.end(), place);
      if (at == batch.before_columns.end()) return {};
      found.columns.push_back(&batch.before[static_cast<size_t>(at - batch.before_columns.begin())]);
    }
    return found;
  }
  bool Present(uint32_t row) const {
    return !columns.empty() && std::all_of(columns.begin(), columns.end(), [&](const core::Column* column) {
      const CellState state = column->state(row);
      return state == CellState::kValue || state == CellState::kNull;
    });
  }
  void EncodeCanonical(uint32_t row, std::string& to) const {
    to.clear();
    for (const core::Column* column : columns) core::AppendCanonical(*column, row, to);
  }
  // cell := state:u8 length:u32 bytes
  void Encode(uint32_t row, std::string& to) const {
    to.clear();
    for (const core::Column* column : columns) {
      to += static_cast<char>(column->state(row));
      if (!column->is_value(row)) continue;
      const std::string_view bytes = column->bytes(row);
      const auto length = static_cast<uint32_t>(bytes.size());
      to.append(reinterpret_cast<const char*>(&length), sizeof(length));
      to.append(bytes);
    }
  }
};

TableFold::Net& TableFold::Touch(const KeyColumns& columns, RowPlace place, bool known_absent) {
  if (whole_row_) {
    columns.EncodeCanonical(place.row, scratch_);
  } else {
    columns.Encode(place.row, scratch_);
  }
  const uint32_t number = keys_.Put(scratch_);
  if (number == nets_.size()) {
    nets_.push_back({.key = place, .remove = !known_absent && !truncated_, .stands = false, .row = {}});
    return nets_.back();
  }
  // A key met twice is removed in any case: it costs little, and doubles nothing if an insert's promise is
  // broken.
  nets_[number].remove = !truncated_;
  return nets_[number];
}

Status TableFold::Add(const core::Batch& batch, std::shared_ptr<const void> owner, TransactionRange range) {
  const auto transactions = batch.transactions.as<uint32_t>();
  const KeyColumns after = KeyColumns::After(batch, key_);
  const KeyColumns before = KeyColumns::Before(batch, key_);
  const auto place = static_cast<uint32_t>(batches_.size());
  batches_.push_back({&batch, std::move(owner)});
  for (uint32_t row = 0; row < batch.rows; ++row) {
    if (!range.Has(transactions[row])) continue;
    ++changes_;
    const Operation operation = batch.operation(row);
    const RowPlace new_row{place, row, Image::kAfter};
    const RowPlace old_row{place, row, Image::kBefore};
    if (whole_row_) {
      RETURN_IF_ERROR(Count(before, after, new_row, operation));
      continue;
    }
    if (operation == Operation::kDelete) {
      if (!before.Present(row)) return Error(kNoKeyBefore);
      Touch(before, old_row, false).stands = false;
      continue;
    }
    if (!after.Present(row)) return Error(kNoKeyBefore);
    if (operation == Operation::kUpdate && before.Present(row)) {
      Touch(before, old_row, false).stands = false;
    }
    Net& net = Touch(after, new_row, operation == Operation::kInsert && insert_means_absent_);
    net.stands = true;
    net.row = new_row;
  }
  return {};
}

// An update without an image before left the row as it was.
Status TableFold::Count(const KeyColumns& before, const KeyColumns& after, RowPlace row,
                        Operation operation) {
  if (operation != Operation::kInsert && operation != Operation::kUpdate && operation != Operation::kDelete)
    return Error(kNoCount);
  const bool had = operation != Operation::kInsert;
  const bool has = operation != Operation::kDelete;
  if (operation == Operation::kUpdate && !before.Present(row.row)) return {};
  if ((had && !before.Present(row.row)) || (has && !after.Present(row.row))) return Error(kNoKeyBefore);
  if (had) --Touch(before, {row.batch, row.row, Image::kBefore}, false).count;
  if (!has) return {};
  Net& net = Touch(after, row, false);
  ++net.count;
  net.row = row;
  return {};
}

size_t TableFold::BeforePlace(uint32_t batch, size_t column) const {
  const auto& columns = batches_[batch].batch->before_columns;
  return static_cast<size_t>(std::find(columns.begin(), columns.end(), column) - columns.begin());
}

void TableFold::Truncate() {
  Clear();
  truncated_ = true;
}

void TableFold::Clear() {
  batches_.clear();
  keys_.Clear();
  nets_.clear();
  truncated_ = false;
  changes_ = 0;
}

std::vector<RowPlace> TableFold::Removals() const {
  std::vector<RowPlace> places;
  for (const Net& net : nets_) {
    if (net.remove) places.push_back(net.key);
  }
  return places;
}

std::vector<RowCount> TableFold::Counts() const {
  std::vector<RowCount> counts;
  for (const Net& net : nets_) {
    if (net.count != 0) counts.push_back({net.key, net.count});
  }
  return counts;
}

std::vector<RowPlace> TableFold::Rows() const {
  std::vector<RowPlace> places;
  for (const Net& net : nets_) {
    if (net.stands) places.push_back(net.row);
    for (int64_t i = 0; i < net.count; ++i) places.push_back(net.row);
  }
  return places;
}

}  // namespace renkei::sinks::duckdb
