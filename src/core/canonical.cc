#include "core/canonical.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string_view>

namespace renkei::core {

namespace {

constexpr int64_t kSecond_us = 1'000'000;
constexpr int64_t kDay_us = 86'400 * kSecond_us;

template <class T>
T Fixed(const Column& column, uint32_t row) {
  return column.cells<T>()[row];
}

template <class T>
void AppendNumbers(std::string_view bytes, std::string& into) {
  for (size_t i = 0; i + sizeof(T) <= bytes.size(); i += sizeof(T)) {
    T number = 0;
    std::memcpy(&number, bytes.data() + i, sizeof(T));
    if (number == 0) number = 0;
    if (std::isnan(number)) number = std::numeric_limits<T>::quiet_NaN();
    into.append(reinterpret_cast<const char*>(&number), sizeof(T));
  }
}

// Proleptic Gregorian, from days since 1970-01-01.
std::string ShowDate(int64_t days) {
  const int64_t shifted = days + 719'468;
  const int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const int64_t day_of_era = shifted - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

std::string ShowTime(int64_t us) {
  const int64_t seconds = us / kSecond_us;
  std::string text = fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (us % kSecond_us == 0) return text;
  text += fmt::format(".{:06}", us % kSecond_us);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

std::string ShowTimestamp(int64_t us) {
  int64_t days = us / kDay_us;
  if (us % kDay_us < 0) --days;
  return ShowDate(days) + " " + ShowTime(us - days * kDay_us);
}

std::string ShowDuration(int64_t us) { return us < 0 ? "-" + ShowTime(-us) : ShowTime(us); }

std::string ShowDecimal(Int128 value, uint8_t scale) {
  const bool negative = value < 0;
  auto left = static_cast<unsigned __int128>(negative ? -value : value);
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(left % 10));
    left /= 10;
  } while (left != 0);
  while (digits.size() <= scale) digits += '0';
  std::reverse(digits.begin(), digits.end());
  if (scale != 0) digits.insert(digits.size() - scale, ".");
  return negative ? "-" + digits : digits;
}

std::string ShowText(std::string_view text) {
  std::string quoted = "'";
  for (const char letter : text) {
    quoted += letter;
    if (letter == '\'') quoted += letter;
  }
  return quoted + "'";
}

std::string ShowBytes(std::string_view bytes) {
  std::string hex = "x'";
  for (const char byte : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return hex + "'";
}

std::string ShowUuid(std::string_view bytes) {
  std::string uuid;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) uuid += '-';
    uuid += fmt::format("{:02x}", static_cast<unsigned char>(bytes[i]));
  }
  return uuid;
}

std::string ShowFloats(std::string_view bytes) {
  std::string list = "[";
  for (size_t i = 0; i + sizeof(float) <= bytes.size(); i += sizeof(float)) {
    float number = 0;
    std::memcpy(&number, bytes.data() + i, sizeof(number));
    list += fmt::format("{}{}", i == 0 ? "" : ", ", number);
  }
  return list + "]";
}

std::string ShowValue(const Column& column, uint32_t row) {
  switch (column.type().kind) {
    case Kind::kBool:
      return Fixed<uint8_t>(column, row) != 0 ? "true" : "false";
    case Kind::kInt8:
      return std::to_string(Fixed<int8_t>(column, row));
    case Kind::kInt16:
      return std::to_string(Fixed<int16_t>(column, row));
    case Kind::kInt32:
      return std::to_string(Fixed<int32_t>(column, row));
    case Kind::kInt64:
      return std::to_string(Fixed<int64_t>(column, row));
    case Kind::kUInt8:
      return std::to_string(Fixed<uint8_t>(column, row));
    case Kind::kUInt16:
      return std::to_string(Fixed<uint16_t>(column, row));
    case Kind::kUInt32:
      return std::to_string(Fixed<uint32_t>(column, row));
    case Kind::kUInt64:
      return std::to_string(Fixed<uint64_t>(column, row));
    case Kind::kDecimal:
      return ShowDecimal(FixedWidth(column.type()) == sizeof(int64_t) ? Int128{Fixed<int64_t>(column, row)}
                                                                      : Fixed<Int128>(column, row),
                         column.type().scale);
    case Kind::kFloat32:
      return fmt::format("{}", Fixed<float>(column, row));
    case Kind::kFloat64:
      return fmt::format("{}", Fixed<double>(column, row));
    case Kind::kDate:
      return ShowDate(Fixed<int32_t>(column, row));
    case Kind::kDuration:
      return ShowDuration(Fixed<int64_t>(column, row));
    case Kind::kTimestamp:
      return ShowTimestamp(Fixed<int64_t>(column, row));
    case Kind::kTimestampTz:
      return ShowTimestamp(Fixed<int64_t>(column, row)) + "Z";
    case Kind::kText:
    case Kind::kJson:
      return ShowText(column.bytes(row));
    case Kind::kBytes:
      return ShowBytes(column.bytes(row));
    case Kind::kUuid:
      return ShowUuid(column.bytes(row));
    case Kind::kFloat32List:
      return ShowFloats(column.bytes(row));
  }
  return "?";
}

}  // namespace

void AppendCanonical(const Column& column, uint32_t row, std::string& into) {
  const CellState state = column.state(row);
  into += static_cast<char>(state);
  if (state != CellState::kValue && state != CellState::kUnreadable) return;
  const std::string_view bytes = column.bytes(row);
  if (FixedWidth(column.type()) == 0 || state == CellState::kUnreadable) {
    const auto length = static_cast<uint32_t>(bytes.size());
    into.append(reinterpret_cast<const char*>(&length), sizeof(length));
  }
  if (state == CellState::kUnreadable) {
    into.append(bytes);
    return;
  }
  switch (column.type().kind) {
    case Kind::kFloat32:
    case Kind::kFloat32List:
      return AppendNumbers<float>(bytes, into);
    case Kind::kFloat64:
      return AppendNumbers<double>(bytes, into);
    default:
      into.append(bytes);
  }
}

bool ParseCanonical(std::string_view cell, ColumnBuilder& into) {
  if (cell.empty()) return false;
  const auto state = static_cast<CellState>(cell[0]);
  cell.remove_prefix(1);
  if (state == CellState::kNull && cell.empty()) {
    into.Null();
    return true;
  }
  if (state != CellState::kValue) return false;
  const size_t width = FixedWidth(into.type());
  if (width == 0) {
    uint32_t length = 0;
    if (cell.size() < sizeof(length)) return false;
    std::memcpy(&length, cell.data(), sizeof(length));
    cell.remove_prefix(sizeof(length));
    if (cell.size() != length) return false;
    into.Varying(cell);
    return true;
  }
  if (cell.size() != width) return false;
  // One cell as a column of its own.
  into.CopyFrom(Column(into.type(), 1, {}, base::Buffer::Own(std::string(cell)), {}, {}), 0);
  return true;
}

std::string ShowCell(const Column& column, uint32_t row) {
  switch (column.state(row)) {
    case CellState::kNull:
      return "NULL";
    case CellState::kValue:
      return ShowValue(column, row);
    case CellState::kUnreadable:
      return ShowBytes(column.bytes(row));
    case CellState::kUnchanged:
    case CellState::kAbsent:
      break;
  }
  return "-";
}

}  // namespace renkei::core
