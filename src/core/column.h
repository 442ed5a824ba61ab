// Column: the cells of one column of a batch. Immutable; ColumnBuilder makes it. Threads may share it.
//
// Layout (the same in memory and in a frame):
//   states  empty when every cell is a value, else one CellState byte a row
//   fixed   rows * FixedWidth(type) bytes; zero where there is no value. Empty for varying types
//   ends    varying types: u32 a row, the end of the cell in `data` (its start is the end before it)
//   data    varying types: the cells' bytes, one after the other
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "core/type.h"

namespace renkei::core {

// The numbers are part of the log's format.
enum class CellState : uint8_t {
  kValue = 0,
  kNull = 1,
  kUnchanged = 2,   // not sent: take it from the row of the key before
  kAbsent = 3,      // this image of the row has no such cell
  kUnreadable = 4,  // the bytes are there but could not be decoded: the raw bytes stand in `data`
};

using Int128 = __int128;

class Column {
 public:
  Column() = default;
  Column(Type type, uint32_t rows, base::Buffer states, base::Buffer fixed, base::Buffer ends,
         base::Buffer data);

  Type type() const { return type_; }
  uint32_t rows() const { return rows_; }
  CellState state(uint32_t row) const {
    return states_.empty() ? CellState::kValue : static_cast<CellState>(states_.data()[row]);
  }
  bool is_value(uint32_t row) const { return state(row) == CellState::kValue; }
  bool all_values() const { return states_.empty(); }

  // The cells of a fixed-width column as T, whose size must be the type's width.
  template <class T>
  std::span<const T> cells() const {
    CHECK_EQ(sizeof(T), FixedWidth(type_));
    return fixed_.as<T>();
  }
  // The bytes of one cell, in either kind of column. Meaningless unless it is a value (or unreadable).
  std::string_view bytes(uint32_t row) const;

  const base::Buffer& states() const { return states_; }
  const base::Buffer& fixed() const { return fixed_; }
  const base::Buffer& ends() const { return ends_; }
  const base::Buffer& data() const { return data_; }
  // Memory and frame size.
  size_t size_bytes() const { return states_.size() + fixed_.size() + ends_.size() + data_.size(); }

 private:
  Type type_;
  uint32_t rows_ = 0;
  base::Buffer states_;
  base::Buffer fixed_;
  base::Buffer ends_;
  base::Buffer data_;
};

// Appends cells one after the other. One thread.
class ColumnBuilder {
 public:
  explicit ColumnBuilder(Type type) : type_(type), width_(FixedWidth(type)) {}

  template <class T>
  void Fixed(T value) {
    CHECK_EQ(sizeof(T), width_);
    const size_t place = fixed_.size();
    fixed_.resize(place + sizeof(T));
    std::memcpy(fixed_.data() + place, &value, sizeof(T));
    Count(CellState::kValue);
  }
  void Varying(std::string_view bytes) {
    CHECK_EQ(width_, 0u);
    data_.append(bytes);
    ends_.push_back(static_cast<uint32_t>(data_.size()));
    Count(CellState::kValue);
  }
  // A cell that is no value.
  void Without(CellState state);
  void Null() { Without(CellState::kNull); }
  // The same cell as row `row` of `from`, a column of the same type.
  void CopyFrom(const Column& from, uint32_t row);

  Type type() const { return type_; }
  uint32_t rows() const { return rows_; }
  size_t size_bytes() const { return states_.size() + fixed_.size() + ends_.size() * 4 + data_.size(); }
  // The column; the builder is empty afterwards.
  Column Finish();

 private:
  void Count(CellState state) {
    if (!states_.empty() || state != CellState::kValue) {
      states_.resize(rows_, CellState::kValue);
      states_.push_back(state);
    }
    ++rows_;
  }
  Type type_;
  size_t width_;
  uint32_t rows_ = 0;
  std::vector<CellState> states_;
  std::vector<std::byte> fixed_;
  std::vector<uint32_t> ends_;
  std::string data_;
};

}  // namespace renkei::core
