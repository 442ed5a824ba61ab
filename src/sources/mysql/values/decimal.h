// MySQL's decimals to scaled integers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/column.h"

namespace renkei::sources::mysql::values {

// Bytes a decimal takes in the binary log: groups of nine digits in four bytes, the rest in fewer.
size_t PackedDecimalSize(uint8_t precision, uint8_t scale);

// The packed form (big-endian, the first bit turned over, negatives complemented) as value * 10^scale. The
// bytes must be PackedDecimalSize many. False if a group holds more than its digits can.
bool UnpackDecimal(const uint8_t* bytes, uint8_t precision, uint8_t scale, core::Int128& value);

// "-12.30" as value * 10^scale. False if it is no decimal with at most that scale and 38 digits.
bool ParseDecimal(std::string_view text, uint8_t scale, core::Int128& value);

std::string ShowDecimal(core::Int128 value, uint8_t scale);

}  // namespace renkei::sources::mysql::values
