#include "duckdb/column_reader.h"

#include <duckdb.h>

#include "duckdb/codes.h"

namespace renkei::duckdb {

namespace {

using core::Kind;

template <class T>
void ReadFixed(const VectorView& vector, core::ColumnBuilder& to) {
  for (size_t row = 0; row < vector.rows; ++row) {
    if (vector.is_null(row)) {
      to.Null();
    } else {
      to.Fixed(vector.cell<T>(row));
    }
  }
}

void ReadVarying(const VectorView& vector, core::ColumnBuilder& to) {
  for (size_t row = 0; row < vector.rows; ++row) {
    if (vector.is_null(row)) {
      to.Null();
    } else {
      to.Varying(vector.bytes(row));
    }
  }
}

void ReadDecimal(const ColumnInfo& info, const VectorView& vector, core::ColumnBuilder& to) {
  const bool wide = core::FixedWidth(to.type()) == 16;
  for (size_t row = 0; row < vector.rows; ++row) {
    if (vector.is_null(row)) {
      to.Null();
      continue;
    }
    const core::Int128 value = DecimalCell(info, vector, row);
    if (wide) {
      to.Fixed(value);
    } else {
      to.Fixed(static_cast<int64_t>(value));
    }
  }
}

// An interval that we wrote has microseconds only.
Status ReadDuration(const ColumnInfo& info, const VectorView& vector, core::ColumnBuilder& to) {
  for (size_t row = 0; row < vector.rows; ++row) {
    if (vector.is_null(row)) {
      to.Null();
      continue;
    }
    const auto interval = vector.cell<duckdb_interval>(row);
    if (interval.months != 0 || interval.days != 0) {
      return Error(kUnknownType, {{"column", info.name}, {"type", "INTERVAL with months or days"}});
    }
    to.Fixed(int64_t{interval.micros});
  }
  return {};
}

void ReadUuids(const VectorView& vector, core::ColumnBuilder& to) {
  for (size_t row = 0; row < vector.rows; ++row) {
    if (vector.is_null(row)) {
      to.Null();
    } else {
      to.Fixed(UuidCell(vector, row));
    }
  }
}

// An element that is NULL was not written by us; it would read as 0.
void ReadLists(const VectorView& vector, core::ColumnBuilder& to) {
  for (size_t row = 0; row < vector.rows; ++row) {
    if (vector.is_null(row)) {
      to.Null();
      continue;
    }
    const auto entry = vector.cell<duckdb_list_entry>(row);
    const auto* first = reinterpret_cast<const char*>(vector.elements) + entry.offset * sizeof(float);
    to.Varying({first, entry.length * sizeof(float)});
  }
}

duckdb_type ExpectedType(Kind kind) {
  switch (kind) {
    case Kind::kBool:
      return DUCKDB_TYPE_BOOLEAN;
    case Kind::kInt8:
      return DUCKDB_TYPE_TINYINT;
    case Kind::kInt16:
      return DUCKDB_TYPE_SMALLINT;
    case Kind::kInt32:
      return DUCKDB_TYPE_INTEGER;
    case Kind::kInt64:
      return DUCKDB_TYPE_BIGINT;
    case Kind::kUInt8:
      return DUCKDB_TYPE_UTINYINT;
    case Kind::kUInt16:
      return DUCKDB_TYPE_USMALLINT;
    case Kind::kUInt32:
      return DUCKDB_TYPE_UINTEGER;
    case Kind::kUInt64:
      return DUCKDB_TYPE_UBIGINT;
    case Kind::kDecimal:
      return DUCKDB_TYPE_DECIMAL;
    case Kind::kFloat32:
      return DUCKDB_TYPE_FLOAT;
    case Kind::kFloat64:
      return DUCKDB_TYPE_DOUBLE;
    case Kind::kDate:
      return DUCKDB_TYPE_DATE;
    case Kind::kDuration:
      return DUCKDB_TYPE_INTERVAL;
    case Kind::kTimestamp:
      return DUCKDB_TYPE_TIMESTAMP;
    case Kind::kTimestampTz:
      return DUCKDB_TYPE_TIMESTAMP_TZ;
    case Kind::kText:
    case Kind::kJson:
      return DUCKDB_TYPE_VARCHAR;
    case Kind::kBytes:
      return DUCKDB_TYPE_BLOB;
    case Kind::kUuid:
      return DUCKDB_TYPE_UUID;
    case Kind::kFloat32List:
      return DUCKDB_TYPE_LIST;
  }
  return DUCKDB_TYPE_INVALID;
}

}  // namespace

std::string_view VectorView::bytes(size_t row) const {
  const auto* cell = reinterpret_cast<const duckdb_string_t*>(data) + row;
  const uint32_t length = cell->value.inlined.length;
  return length <= sizeof(cell->value.inlined.inlined) ? std::string_view(cell->value.inlined.inlined, length)
                                                       : std::string_view(cell->value.pointer.ptr, length);
}

core::Int128 DecimalCell(const ColumnInfo& info, const VectorView& vector, size_t row) {
  switch (info.internal_type) {
    case DUCKDB_TYPE_SMALLINT:
      return vector.cell<int16_t>(row);
    case DUCKDB_TYPE_INTEGER:
      return vector.cell<int32_t>(row);
    case DUCKDB_TYPE_BIGINT:
      return vector.cell<int64_t>(row);
    default: {
      core::Int128 value = 0;
      std::memcpy(&value, vector.data + row * sizeof(value), sizeof(value));
      return value;
    }
  }
}

std::array<uint8_t, 16> UuidCell(const VectorView& vector, size_t row) {
  const auto cell = vector.cell<duckdb_hugeint>(row);
  const uint64_t upper = __builtin_bswap64(static_cast<uint64_t>(cell.upper) ^ (uint64_t{1} << 63));
  const uint64_t lower = __builtin_bswap64(cell.lower);
  std::array<uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &upper, 8);
  std::memcpy(bytes.data() + 8, &lower, 8);
  return bytes;
}

Status ReadColumn(const ColumnInfo& info, const VectorView& vector, core::ColumnBuilder& to) {
  const Kind kind = to.type().kind;
  if (ExpectedType(kind) != info.type || (kind == Kind::kDecimal && to.type().scale != info.scale) ||
      (kind == Kind::kFloat32List && info.internal_type != DUCKDB_TYPE_FLOAT)) {
    return Error(kUnknownType, {{"column", info.name}, {"type", core::TypeName(to.type())}});
  }
  if (kind == Kind::kDecimal) {
    ReadDecimal(info, vector, to);
    return {};
  }
  if (kind == Kind::kUuid) {
    ReadUuids(vector, to);
    return {};
  }
  if (kind == Kind::kFloat32List) {
    ReadLists(vector, to);
    return {};
  }
  if (kind == Kind::kDuration) return ReadDuration(info, vector, to);
  switch (core::FixedWidth(to.type())) {
    case 0:
      ReadVarying(vector, to);
      break;
    case 1:
      ReadFixed<uint8_t>(vector, to);
      break;
    case 2:
      ReadFixed<uint16_t>(vector, to);
      break;
    case 4:
      ReadFixed<uint32_t>(vector, to);
      break;
    default:
      ReadFixed<uint64_t>(vector, to);
      break;
  }
  return {};
}

}  // namespace renkei::duckdb
