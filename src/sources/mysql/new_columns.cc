#include "sources/mysql/new_columns.h"

#include <algorithm>

namespace renkei::sources::mysql {

namespace {

constexpr uint32_t kKeptBack = 1;

const core::ColumnSchema* FindSame(const core::TableSchema& known, SameBy same,
                                   const core::ColumnSchema& column) {
  const auto found = std::ranges::find_if(known.columns, [&](const core::ColumnSchema& other) {
    return same == SameBy::kNumber ? other.id == column.id : other.name == column.name;
  });
  return found == known.columns.end() ? nullptr : &*found;
}

}  // namespace

std::vector<std::string> KeepBack(const core::TableSchema& known, NewColumns policy, SameBy same,
                                  core::TableSchema& schema) {
  std::vector<std::string> kept;
  for (core::ColumnSchema& column : schema.columns) {
    const core::ColumnSchema* before = FindSame(known, same, column);
    // Rows that are there have NULL until they are read again: a new generation.
    const bool lifted = policy == NewColumns::kPass && same == SameBy::kName;
    if (before != nullptr) column.mask_version = lifted ? 0 : before->mask_version;
    if (before == nullptr && policy != NewColumns::kPass) {
      column.mask_version = kKeptBack;
      kept.push_back(column.name);
    }
    if (column.mask_version != 0) column.nullable = true;
  }
  return kept;
}

std::string ShowKeptBack(const core::TableSchema& schema) {
  std::string shown;
  for (const core::ColumnSchema& column : schema.columns) {
    if (column.mask_version != 0) shown += (shown.empty() ? "" : ", ") + column.name;
  }
  return shown;
}

void DropFills(const core::TableSchema& schema, std::vector<core::ColumnFill>& fills) {
  for (const core::ColumnSchema& column : schema.columns) {
    if (column.mask_version == 0) continue;
    std::erase_if(fills, [&](const core::ColumnFill& fill) { return fill.column == column.id; });
  }
}

}  // namespace renkei::sources::mysql
