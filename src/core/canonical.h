// The canonical form of a cell: the same bytes on both sides of a copy exactly when the values are the same,
// whatever engine holds them. `verify` hashes these (CORE 6).
//
//   cell  := state:u8 [value]            value only where the state is kValue or kUnreadable
//   value := little-endian fixed bytes | length:u32 bytes
//
// Of floating-point numbers every zero is 0.0 and every NaN the same: SQL takes them for equal, and engines
// store one for the other (DuckDB keeps no sign of a zero).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/column.h"

namespace renkei::core {

// Appends the form of one cell.
void AppendCanonical(const Column& column, uint32_t row, std::string& into);

// Appends the cell of this form; false, and nothing appended, if it is none of the builder's type.
bool ParseCanonical(std::string_view cell, ColumnBuilder& into);

// The value as people write it: 17, 12.50, 'text', x'00ff', 2026-11-25 09:14:05.5, NULL.
std::string ShowCell(const Column& column, uint32_t row);

}  // namespace renkei::core
