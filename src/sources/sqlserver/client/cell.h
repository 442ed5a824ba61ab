// A cell as the client gives it: SQL Server's wire types, brought to few forms without loss.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/column.h"

namespace renkei::sources::sqlserver::client {

struct Cell {
  enum class Form : uint8_t { kNull, kInteger, kFloat, kDecimal, kMoment, kText, kBytes };
  Form form = Form::kNull;
  int64_t integer = 0;       // kInteger: bit and integers
  double number = 0;         // kFloat: real and float
  core::Int128 decimal = 0;  // kDecimal: value * 10^scale; money has scale 4
  uint8_t scale = 0;
  int32_t days = 0;            // kMoment: since 1970-01-01, of the date; UTC where there is an offset
  int64_t ticks = 0;           // 100 ns of the day
  int16_t offset_minutes = 0;  // of datetimeoffset
  std::string_view bytes;      // kText: UTF-8; kBytes: as the server has them
};

// As a literal of T-SQL would have it, without quotes: 17, 12.50, 2026-11-25 09:14:05.1234567, text.
std::string ShowCell(const Cell& cell);
// 2026-11-25, 09:14:05.1234567: `digits` of the fraction, cut off.
std::string ShowDate(int32_t days);
std::string ShowTime(int64_t ticks, int digits);
std::string ShowDecimal(core::Int128 value, uint8_t scale);

}  // namespace renkei::sources::sqlserver::client
