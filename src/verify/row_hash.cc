#include "verify/row_hash.h"

#include <xxhash.h>

#include "core/canonical.h"
#include "verify/codes.h"

namespace renkei::verify {

Result<RowHash> RowHash::Make(const core::TableSchema& source, const core::TableSchema& side) {
  RowHash hash;
  const auto differs = [&](const std::string& column) {
    return Error(kColumnsDiffer, {{"table", source.qualified_name()}, {"column", column}});
  };
  for (const core::ColumnSchema& column : source.columns) {
    const auto place = side.FindColumn(column.name);
    if (!place || side.columns[*place].type != column.type) return differs(column.name);
    hash.columns_.push_back(*place);
  }
  for (const core::ColumnSchema& column : side.columns) {
    if (!source.FindColumn(column.name)) return differs(column.name);
  }
  for (const uint16_t place : source.key) hash.key_.push_back(hash.columns_[place]);
  if (hash.key_.empty()) hash.key_ = hash.columns_;
  return hash;
}

Hash RowHash::Over(const core::Batch& batch, uint32_t row, const std::vector<uint16_t>& columns) {
  form_.clear();
  for (const uint16_t column : columns) core::AppendCanonical(batch.after[column], row, form_);
  const XXH128_hash_t hash = XXH3_128bits(form_.data(), form_.size());
  return Hash{hash.high64} << 64 | hash.low64;
}

Hash RowHash::Key(const core::Batch& batch, uint32_t row) { return Over(batch, row, key_); }
Hash RowHash::Row(const core::Batch& batch, uint32_t row) { return Over(batch, row, columns_); }

std::string RowHash::ShowKey(const core::Batch& batch, uint32_t row) const {
  if (key_.size() == 1) return core::ShowCell(batch.after[key_.front()], row);
  std::string shown;
  for (const uint16_t column : key_)
    shown += (shown.empty() ? "(" : ", ") + core::ShowCell(batch.after[column], row);
  return shown + ")";
}

}  // namespace renkei::verify
