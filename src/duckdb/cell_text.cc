#include "duckdb/cell_text.h"

#include <duckdb.h>
#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace renkei::duckdb {

namespace {

using core::Int128;
using UInt128 = unsigned __int128;

void AppendUnsigned(UInt128 value, std::string& to) {
  char digits[40];
  size_t place = sizeof(digits);
  do {
    digits[--place] = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  to.append(digits + place, sizeof(digits) - place);
}

void AppendSigned(Int128 value, std::string& to) {
  if (value < 0) to += '-';
  AppendUnsigned(value < 0 ? UInt128{0} - static_cast<UInt128>(value) : static_cast<UInt128>(value), to);
}

void AppendDecimal(Int128 value, uint8_t scale, std::string& to) {
  if (value < 0) to += '-';
  std::string digits;
  AppendUnsigned(value < 0 ? UInt128{0} - static_cast<UInt128>(value) : static_cast<UInt128>(value), digits);
  if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
  to.append(digits, 0, digits.size() - scale);
  if (scale == 0) return;
  to += '.';
  to.append(digits, digits.size() - scale, scale);
}

template <class T>
void AppendFloat(T value, std::string& to) {
  if (std::isnan(value)) {
    to += "nan";
  } else if (std::isinf(value)) {
    to += value > 0 ? "inf" : "-inf";
  } else {
    const size_t start = to.size();
    fmt::format_to(std::back_inserter(to), "{}", value);
    if (to.find_first_of(".e", start) == std::string::npos) to += ".0";
  }
}

void AppendDate(int32_t days, std::string& to) {
  if (!duckdb_is_finite_date({days})) {
    to += days > 0 ? "infinity" : "-infinity";
    return;
  }
  const duckdb_date_struct date = duckdb_from_date({days});
  const bool before_christ = date.year <= 0;
  fmt::format_to(std::back_inserter(to), "{:04}-{:02}-{:02}{}", before_christ ? 1 - date.year : date.year,
                 date.month, date.day, before_christ ? " (BC)" : "");
}

void AppendMicros(int64_t micros, std::string& to) {
  if (micros == 0) return;
  const size_t start = to.size();
  fmt::format_to(std::back_inserter(to), ".{:06}", micros);
  to.resize(to.find_last_not_of('0') + 1);
  CHECK_LT(start, to.size());
}

// "[-]HH:MM:SS[.ffffff]", hours as many as there are.
void AppendClock(int64_t micros, std::string& to) {
  const uint64_t whole = micros < 0 ? uint64_t{0} - static_cast<uint64_t>(micros) : micros;
  if (micros < 0) to += '-';
  const uint64_t seconds = whole / 1'000'000;
  fmt::format_to(std::back_inserter(to), "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60,
                 seconds % 60);
  AppendMicros(static_cast<int64_t>(whole % 1'000'000), to);
}

void AppendTimestamp(int64_t micros, std::string& to) {
  if (!duckdb_is_finite_timestamp({micros})) {
    to += micros > 0 ? "infinity" : "-infinity";
    return;
  }
  constexpr int64_t kDay = int64_t{86'400} * 1'000'000;
  int64_t day = micros / kDay;
  if (micros % kDay < 0) --day;
  AppendDate(static_cast<int32_t>(day), to);
  to += ' ';
  AppendClock(micros - day * kDay, to);
}

void AppendInterval(const duckdb_interval& interval, std::string& to) {
  const size_t start = to.size();
  const auto part = [&](int64_t amount, std::string_view word) {
    if (amount == 0) return;
    if (to.size() != start) to += ' ';
    fmt::format_to(std::back_inserter(to), "{} {}{}", amount, word, amount == 1 || amount == -1 ? "" : "s");
  };
  part(interval.months / 12, "year");
  part(interval.months % 12, "month");
  part(interval.days, "day");
  if (interval.micros == 0 && to.size() != start) return;
  if (to.size() != start) to += ' ';
  AppendClock(interval.micros, to);
}

void AppendBlob(std::string_view bytes, std::string& to) {
  for (char letter : bytes) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte < 32 || byte > 126 || letter == '\\' || letter == '\'' || letter == '"') {
      fmt::format_to(std::back_inserter(to), "\\x{:02X}", byte);
    } else {
      to += letter;
    }
  }
}

void AppendUuid(const std::array<uint8_t, 16>& bytes, std::string& to) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) to += '-';
    fmt::format_to(std::back_inserter(to), "{:02x}", bytes[i]);
  }
}

void AppendInteger(duckdb_type type, const VectorView& vector, size_t row, std::string& to) {
  switch (type) {
    case DUCKDB_TYPE_TINYINT:
      return AppendSigned(vector.cell<int8_t>(row), to);
    case DUCKDB_TYPE_SMALLINT:
      return AppendSigned(vector.cell<int16_t>(row), to);
    case DUCKDB_TYPE_INTEGER:
      return AppendSigned(vector.cell<int32_t>(row), to);
    case DUCKDB_TYPE_BIGINT:
      return AppendSigned(vector.cell<int64_t>(row), to);
    case DUCKDB_TYPE_UTINYINT:
      return AppendUnsigned(vector.cell<uint8_t>(row), to);
    case DUCKDB_TYPE_USMALLINT:
      return AppendUnsigned(vector.cell<uint16_t>(row), to);
    case DUCKDB_TYPE_UINTEGER:
      return AppendUnsigned(vector.cell<uint32_t>(row), to);
    case DUCKDB_TYPE_UBIGINT:
      return AppendUnsigned(vector.cell<uint64_t>(row), to);
    case DUCKDB_TYPE_UHUGEINT:
    case DUCKDB_TYPE_HUGEINT: {
      Int128 value = 0;
      std::memcpy(&value, vector.data + row * sizeof(value), sizeof(value));
      if (type == DUCKDB_TYPE_HUGEINT) return AppendSigned(value, to);
      return AppendUnsigned(static_cast<UInt128>(value), to);
    }
    default:
      return;
  }
}

}  // namespace

void AppendCellText(const ColumnInfo& info, const VectorView& vector, size_t row, std::string& to) {
  switch (info.type) {
    case DUCKDB_TYPE_BOOLEAN:
      to += vector.cell<uint8_t>(row) != 0 ? "true" : "false";
      return;
    case DUCKDB_TYPE_FLOAT:
      return AppendFloat(vector.cell<float>(row), to);
    case DUCKDB_TYPE_DOUBLE:
      return AppendFloat(vector.cell<double>(row), to);
    case DUCKDB_TYPE_DECIMAL:
      return AppendDecimal(DecimalCell(info, vector, row), info.scale, to);
    case DUCKDB_TYPE_DATE:
      return AppendDate(vector.cell<int32_t>(row), to);
    case DUCKDB_TYPE_TIME:
      return AppendClock(vector.cell<int64_t>(row), to);
    case DUCKDB_TYPE_TIMESTAMP:
      return AppendTimestamp(vector.cell<int64_t>(row), to);
    case DUCKDB_TYPE_TIMESTAMP_TZ: {
      const auto micros = vector.cell<int64_t>(row);
      AppendTimestamp(micros, to);
      if (duckdb_is_finite_timestamp({micros})) to += "+00";
      return;
    }
    case DUCKDB_TYPE_INTERVAL:
      return AppendInterval(vector.cell<duckdb_interval>(row), to);
    case DUCKDB_TYPE_VARCHAR:
      to += vector.bytes(row);
      return;
    case DUCKDB_TYPE_BLOB:
      return AppendBlob(vector.bytes(row), to);
    case DUCKDB_TYPE_UUID:
      return AppendUuid(UuidCell(vector, row), to);
    default:
      return AppendInteger(static_cast<duckdb_type>(info.type), vector, row, to);
  }
}

}  // namespace renkei::duckdb
