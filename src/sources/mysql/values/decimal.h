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

// The same as the digits that the server shows ("-0.10"), for any precision; appended.
bool UnpackDecimalText(const uint8_t* bytes, uint8_t precision, uint8_t scale, std::string& text);

// Digits of the server's ("-00012.30", as ZEROFILL has it) as UnpackDecimalText gives them. False if it is no
// decimal with just that scale.
bool PlainDecimalText(std::string_view digits, uint8_t scale, std::string& text);

// "-12.30" as value * 10^scale. False if it is no decimal with at most that scale and 38 digits.
bool ParseDecimal(std::string_view text, uint8_t scale, core::Int128& value);

std::string ShowDecimal(core::Int128 value, uint8_t scale);

}  // namespace renkei::sources::mysql::values
