#include "core/column.h"

namespace renkei::core {

Column::Column(Type type, uint32_t rows, base::Buffer states, base::Buffer fixed, base::Buffer ends,
               base::Buffer data)
    : type_(type),
      rows_(rows),
      states_(std::move(states)),
      fixed_(std::move(fixed)),
      ends_(std::move(ends)),
      data_(std::move(data)) {
  CHECK(states_.empty() || states_.size() == rows_);
  CHECK_EQ(fixed_.size(), rows_ * FixedWidth(type_));
  CHECK_EQ(ends_.size(), FixedWidth(type_) == 0 ? size_t{rows_} * 4 : 0);
}

std::string_view Column::bytes(uint32_t row) const {
  const size_t width = FixedWidth(type_);
  if (width != 0) return fixed_.text().substr(row * width, width);
  const auto ends = ends_.as<uint32_t>();
  const uint32_t start = row == 0 ? 0 : ends[row - 1];
  return data_.text().substr(start, ends[row] - start);
}

void ColumnBuilder::Without(CellState state) {
  CHECK(state != CellState::kValue);
  if (width_ == 0) {
    ends_.push_back(static_cast<uint32_t>(data_.size()));
  } else {
    fixed_.resize(fixed_.size() + width_);
  }
  Count(state);
}

void ColumnBuilder::CopyFrom(const Column& from, uint32_t row) {
  if (!from.is_value(row)) return Without(from.state(row));
  const std::string_view bytes = from.bytes(row);
  if (width_ == 0) return Varying(bytes);
  CHECK_EQ(bytes.size(), width_);
  const auto* data = reinterpret_cast<const std::byte*>(bytes.data());
  fixed_.insert(fixed_.end(), data, data + bytes.size());
  Count(CellState::kValue);
}

Column ColumnBuilder::Finish() {
  Column column(type_, rows_, base::Buffer::Own(std::move(states_)), base::Buffer::Own(std::move(fixed_)),
                base::Buffer::Own(std::move(ends_)), base::Buffer::Own(std::move(data_)));
  *this = ColumnBuilder(type_);
  return column;
}

}  // namespace renkei::core
