#include "warehouse/row_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/display_width.h"
#include "telemetry/json_text.h"

namespace renkei::warehouse {

namespace {

using renkei::duckdb::CellClass;
using renkei::duckdb::ColumnInfo;
using renkei::duckdb::Rows;

class CsvWriter final : public RowWriter {
 public:
  explicit CsvWriter(const std::vector<ColumnInfo>& columns) : columns_(columns.size()) {
    for (size_t i = 0; i < columns.size(); ++i) Cell(columns[i].name, i);
  }
  void Row(const Rows& rows, size_t row) override {
    for (size_t i = 0; i < columns_; ++i) {
      if (rows.is_null(i, row)) {
        Separate(i);
        continue;
      }
      cell_.clear();
      rows.AppendText(i, row, cell_);
      Cell(cell_, i);
    }
  }
  void End() override {}
  std::string Take() override { return std::exchange(text_, {}); }

 private:
  void Cell(const std::string& cell, size_t column) {
    if (cell.empty() || cell.find_first_of("\",\r\n") != std::string::npos) {
      text_ += '"';
      for (char letter : cell) {
        if (letter == '"') text_ += '"';
        text_ += letter;
      }
      text_ += '"';
    } else {
      text_ += cell;
    }
    Separate(column);
  }
  void Separate(size_t column) { text_ += column + 1 == columns_ ? '\n' : ','; }

  size_t columns_;
  std::string text_;
  std::string cell_;
};

class JsonWriter final : public RowWriter {
 public:
  explicit JsonWriter(const std::vector<ColumnInfo>& columns) {
    std::set<std::string> taken;
    for (const ColumnInfo& column : columns) {
      std::string name = column.name;
      for (int i = 2; !taken.insert(name).second; ++i) name = fmt::format("{}_{}", column.name, i);
      telemetry::AppendJsonText(name, names_.emplace_back());
      classes_.push_back(column.cell_class);
    }
    text_ = "[";
  }
  void Row(const Rows& rows, size_t row) override {
    text_ += first_ ? "\n{" : ",\n{";
    first_ = false;
    for (size_t i = 0; i < names_.size(); ++i) {
      if (i != 0) text_ += ',';
      text_ += names_[i];
      text_ += ':';
      Cell(rows, i, row);
    }
    text_ += '}';
  }
  void End() override { text_ += first_ ? "]\n" : "\n]\n"; }
  std::string Take() override { return std::exchange(text_, {}); }

 private:
  void Cell(const Rows& rows, size_t column, size_t row) {
    if (rows.is_null(column, row)) {
      text_ += "null";
      return;
    }
    cell_.clear();
    rows.AppendText(column, row, cell_);
    // JSON has no infinities and no NaN: those are texts.
    const bool bare =
        classes_[column] == CellClass::kBoolean ||
        (classes_[column] == CellClass::kNumber && cell_.find_first_of("ni") == std::string::npos);
    if (bare) {
      text_ += cell_;
    } else {
      telemetry::AppendJsonText(cell_, text_);
    }
  }

  std::vector<std::string> names_;
  std::vector<CellClass> classes_;
  bool first_ = true;
  std::string text_;
  std::string cell_;
};

// Columns as wide as the first rows need; a later, wider cell shifts its own line only.
class TableWriter final : public RowWriter {
 public:
  static constexpr size_t kRowsMeasured = 1000;

  TableWriter(const std::vector<ColumnInfo>& columns, bool whole_cells) : whole_cells_(whole_cells) {
    for (const ColumnInfo& column : columns) {
      titles_.push_back(OneLine(column.name));
      right_.push_back(column.cell_class == CellClass::kNumber);
    }
  }
  void Row(const Rows& rows, size_t row) override {
    std::vector<std::string> cells;
    for (size_t i = 0; i < titles_.size(); ++i) {
      std::string cell = rows.Text(i, row).value_or("NULL");
      cells.push_back(whole_cells_ ? std::move(cell) : OneLine(cell));
    }
    ++count_;
    if (widths_.empty()) {
      waiting_.push_back(std::move(cells));
      if (waiting_.size() == kRowsMeasured) WriteWaiting();
    } else {
      Line(cells);
    }
  }
  void End() override {
    if (widths_.empty()) WriteWaiting();
    text_ += fmt::format("({} {})\n", count_, count_ == 1 ? "row" : "rows");
  }
  std::string Take() override { return std::exchange(text_, {}); }

 private:
  static std::string OneLine(std::string_view text) {
    std::string line;
    for (char letter : text) {
      if (letter == '\n') {
        line += "\\n";
      } else if (letter == '\t') {
        line += "\\t";
      } else if (static_cast<unsigned char>(letter) < 32 || letter == 127) {
        fmt::format_to(std::back_inserter(line), "\\x{:02x}", static_cast<unsigned char>(letter));
      } else {
        line += letter;
      }
    }
    return line;
  }
  void WriteWaiting() {
    if (whole_cells_) {
      for (const auto& cells : waiting_) text_ += cells.back() + "\n";
      waiting_.clear();
      return;
    }
    for (size_t i = 0; i < titles_.size(); ++i) {
      widths_.push_back(base::DisplayWidth(titles_[i]));
      for (const auto& cells : waiting_) widths_[i] = std::max(widths_[i], base::DisplayWidth(cells[i]));
    }
    Line(titles_);
    std::string rule;
    for (size_t width : widths_) rule += (rule.empty() ? "" : "  ") + std::string(width, '-');
    text_ += rule + "\n";
    for (const auto& cells : waiting_) Line(cells);
    waiting_.clear();
  }
  void Line(const std::vector<std::string>& cells) {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      const size_t width = base::DisplayWidth(cells[i]);
      const std::string padding(widths_[i] > width ? widths_[i] - width : 0, ' ');
      if (i != 0) line += "  ";
      line += right_[i] ? padding + cells[i] : cells[i] + padding;
    }
    line.resize(line.find_last_not_of(' ') + 1);
    text_ += line + "\n";
  }

  bool whole_cells_;
  std::vector<std::string> titles_;
  std::vector<bool> right_;
  std::vector<size_t> widths_;
  std::vector<std::vector<std::string>> waiting_;
  uint64_t count_ = 0;
  std::string text_;
};

}  // namespace

std::unique_ptr<RowWriter> MakeRowWriter(Format format, const std::vector<ColumnInfo>& columns,
                                         bool whole_cells) {
  switch (format) {
    case Format::kCsv:
      return std::make_unique<CsvWriter>(columns);
    case Format::kJson:
      return std::make_unique<JsonWriter>(columns);
    case Format::kTable:
      break;
  }
  return std::make_unique<TableWriter>(columns, whole_cells);
}

}  // namespace renkei::warehouse
