// Rows: the rows of a running statement, chunk after chunk, as text or as our own columns. One thread; the
// connection must outlive it and must run nothing else meanwhile.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/column.h"
#include "duckdb/handles.h"

namespace renkei::duckdb {

// How a value is written where formats differ (JSON: numbers and booleans bare, the rest quoted).
enum class CellClass : uint8_t {
  kBoolean,
  kNumber,
  kText,
  kNested,  // lists, structs and rarer types: no text of their own, to be cast to VARCHAR in SQL
};

struct ColumnInfo {
  std::string name;
  CellClass cell_class = CellClass::kText;
  int type = 0;           // a duckdb_type
  int internal_type = 0;  // of a decimal or list: the duckdb_type of its cells
  uint8_t scale = 0;      // of a decimal
};

ColumnInfo DescribeColumn(std::string name, _duckdb_logical_type* type);

class Rows {
 public:
  // Runs the statement; used by Prepared::Stream.
  static Result<std::unique_ptr<Rows>> Start(_duckdb_prepared_statement* statement);
  ~Rows();

  const std::vector<ColumnInfo>& columns() const;
  // Goes to the next chunk; how many rows it has, 0 at the end.
  Result<size_t> Next();

  // Of the chunk at hand. A null or a value of class kNested has no text.
  bool is_null(size_t column, size_t row) const;
  void AppendText(size_t column, size_t row, std::string& to) const;
  std::optional<std::string> Text(size_t column, size_t row) const;
  // Appends all cells of a column to the builder, whose type must be the one that SqlType maps to the
  // column's (kUnknownType otherwise).
  Status CopyColumn(size_t column, core::ColumnBuilder& to) const;

 private:
  struct State;
  explicit Rows(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace renkei::duckdb
