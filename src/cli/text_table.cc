#include "cli/text_table.h"

#include <algorithm>

#include "base/check.h"
#include "base/display_width.h"

namespace renkei::cli {

namespace {

using base::DisplayWidth;

void AppendCell(const std::string& cell, size_t width, bool right, bool last, std::string& line) {
  const std::string padding(width - DisplayWidth(cell), ' ');
  if (right) line += padding;
  line += cell;
  if (!right && !last) line += padding;
  if (!last) line += "  ";
}

}  // namespace

void TextTable::Add(std::vector<std::string> cells) {
  CHECK_EQ(cells.size(), columns_.size());
  rows_.push_back(std::move(cells));
}

std::string TextTable::Text() const {
  std::vector<size_t> widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    widths.push_back(DisplayWidth(columns_[i].title));
    for (const auto& row : rows_) widths[i] = std::max(widths[i], DisplayWidth(row[i]));
  }
  std::string text;
  const auto append = [&](const auto& cell_of) {
    std::string line;
    for (size_t i = 0; i < columns_.size(); ++i) {
      AppendCell(cell_of(i), widths[i], columns_[i].right, i + 1 == columns_.size(), line);
    }
    while (line.ends_with(' ')) line.pop_back();
    text += line + "\n";
  };
  append([&](size_t i) { return columns_[i].title; });
  for (const auto& row : rows_) append([&](size_t i) { return row[i]; });
  return text;
}

}  // namespace renkei::cli
