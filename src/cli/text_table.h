// A table for the terminal, two spaces between columns; full-width characters (East Asian) count two cells,
// so that columns stay straight under Japanese text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace renkei::cli {

class TextTable {
 public:
  struct Column {
    std::string title;
    bool right = false;  // numbers
  };
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as columns.
  void Add(std::vector<std::string> cells);
  size_t rows() const { return rows_.size(); }
  // The titles, then the rows; no spaces at line ends.
  std::string Text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace renkei::cli
