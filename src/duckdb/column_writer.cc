#include "duckdb/column_writer.h"

#include <duckdb.h>

namespace renkei::duckdb {

namespace {

using core::CellState;
using core::Column;
using core::Kind;

constexpr uint64_t kHighestBit = uint64_t{1} << 63;

struct Target {
  duckdb_vector vector;
  uint32_t to;
  template <class T>
  T* cells() const {
    return static_cast<T*>(duckdb_vector_get_data(vector)) + to;
  }
};

// Marks the nulls; false where another state than null and value stands.
bool WriteNulls(const Column& column, uint32_t first, uint32_t rows, const Target& target) {
  if (column.all_values()) return true;
  uint64_t* validity = nullptr;
  for (uint32_t i = 0; i < rows; ++i) {
    const CellState state = column.state(first + i);
    if (state == CellState::kValue) continue;
    if (state != CellState::kNull) return false;
    if (validity == nullptr) {
      duckdb_vector_ensure_validity_writable(target.vector);
      validity = duckdb_vector_get_validity(target.vector);
    }
    duckdb_validity_set_row_invalid(validity, target.to + i);
  }
  return true;
}

template <class From, class To>
void WriteNarrowed(const Column& column, uint32_t first, uint32_t rows, const Target& target) {
  const auto cells = column.cells<From>().subspan(first, rows);
  To* to = target.cells<To>();
  for (uint32_t i = 0; i < rows; ++i) to[i] = static_cast<To>(cells[i]);
}

void WriteBytes(const Column& column, uint32_t first, uint32_t rows, const Target& target) {
  const size_t width = core::FixedWidth(column.type());
  auto* data = static_cast<std::byte*>(duckdb_vector_get_data(target.vector));
  std::memcpy(data + target.to * width, column.fixed().data() + first * width, rows * width);
}

// DuckDB keeps decimals in as few bytes as their precision needs.
void WriteDecimal(const Column& column, uint32_t first, uint32_t rows, const Target& target) {
  const uint8_t precision = column.type().precision;
  if (precision <= 4) {
    WriteNarrowed<int64_t, int16_t>(column, first, rows, target);
  } else if (precision <= 9) {
    WriteNarrowed<int64_t, int32_t>(column, first, rows, target);
  } else {
    WriteBytes(column, first, rows, target);
  }
}

void WriteDuration(const Column& column, uint32_t first, uint32_t rows, const Target& target) {
  const auto cells = column.cells<int64_t>().subspan(first, rows);
  auto* to = target.cells<duckdb_interval>();
  for (uint32_t i = 0; i < rows; ++i) to[i] = {.months = 0, .days = 0, .micros = cells[i]};
}

bool IsAscii(std::string_view text) {
  uint64_t high = 0;
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t eight = 0;
    std::memcpy(&eight, text.data() + i, 8);
    high |= eight;
  }
  for (; i < text.size(); ++i) high |= static_cast<uint64_t>(static_cast<unsigned char>(text[i]));
  return (high & 0x8080808080808080u) == 0;
}

bool IsUtf8(std::string_view text) {
  if (IsAscii(text)) return true;
  duckdb_error_data wrong = duckdb_valid_utf8_check(text.data(), text.size());
  const bool valid = wrong == nullptr || !duckdb_error_data_has_error(wrong);
  duckdb_destroy_error_data(&wrong);
  return valid;
}

bool WriteVarying(const Column& column, uint32_t first, uint32_t rows, const Target& target) {
  const bool text = column.type().kind != Kind::kBytes;
  for (uint32_t i = 0; i < rows; ++i) {
    if (!column.is_value(first + i)) continue;
    const std::string_view bytes = column.bytes(first + i);
    if (text && !IsUtf8(bytes)) return false;
    duckdb_unsafe_vector_assign_string_element_len(target.vector, target.to + i, bytes.data(), bytes.size());
  }
  return true;
}

// DuckDB keeps a UUID as a number whose highest bit is turned over, so that numbers sort as texts do.
void WriteUuids(const Column& column, uint32_t first, uint32_t rows, const Target& target) {
  const std::byte* from = column.fixed().data() + size_t{first} * 16;
  auto* to = target.cells<duckdb_hugeint>();
  for (uint32_t i = 0; i < rows; ++i, from += 16) {
    uint64_t upper = 0;
    uint64_t lower = 0;
    std::memcpy(&upper, from, 8);
    std::memcpy(&lower, from + 8, 8);
    to[i].upper = static_cast<int64_t>(__builtin_bswap64(upper) ^ kHighestBit);
    to[i].lower = __builtin_bswap64(lower);
  }
}

void WriteLists(const Column& column, uint32_t first, uint32_t rows, const Target& target) {
  uint64_t end = duckdb_list_vector_get_size(target.vector);
  uint64_t more = 0;
  for (uint32_t i = 0; i < rows; ++i) {
    if (column.is_value(first + i)) more += column.bytes(first + i).size() / sizeof(float);
  }
  duckdb_list_vector_reserve(target.vector, end + more);
  auto* elements = static_cast<float*>(duckdb_vector_get_data(duckdb_list_vector_get_child(target.vector)));
  auto* entries = target.cells<duckdb_list_entry>();
  for (uint32_t i = 0; i < rows; ++i) {
    const std::string_view bytes = column.is_value(first + i) ? column.bytes(first + i) : std::string_view();
    const uint64_t length = bytes.size() / sizeof(float);
    entries[i] = {.offset = end, .length = length};
    if (length != 0) std::memcpy(elements + end, bytes.data(), length * sizeof(float));
    end += length;
  }
  duckdb_list_vector_set_size(target.vector, end);
}

}  // namespace

void WriteNulls(uint32_t rows, duckdb_vector vector, uint32_t to) {
  duckdb_vector_ensure_validity_writable(vector);
  uint64_t* validity = duckdb_vector_get_validity(vector);
  for (uint32_t i = 0; i < rows; ++i) duckdb_validity_set_row_invalid(validity, to + i);
}

WriteOutcome WriteColumn(const Column& column, uint32_t first, uint32_t rows, _duckdb_vector* vector,
                         uint32_t to) {
  const Target target{vector, to};
  if (!WriteNulls(column, first, rows, target)) return WriteOutcome::kNoValue;
  switch (column.type().kind) {
    case Kind::kDecimal:
      WriteDecimal(column, first, rows, target);
      break;
    case Kind::kDuration:
      WriteDuration(column, first, rows, target);
      break;
    case Kind::kUuid:
      WriteUuids(column, first, rows, target);
      break;
    case Kind::kFloat32List:
      WriteLists(column, first, rows, target);
      break;
    case Kind::kText:
    case Kind::kJson:
    case Kind::kBytes:
      if (!WriteVarying(column, first, rows, target)) return WriteOutcome::kNotUtf8;
      break;
    default:
      WriteBytes(column, first, rows, target);
      break;
  }
  return WriteOutcome::kDone;
}

}  // namespace renkei::duckdb
