#include "sources/mysql/values/decimal.h"

#include <algorithm>
#include <array>

namespace renkei::sources::mysql::values {

namespace {

constexpr uint8_t kGroupDigits = 9;
constexpr std::array<uint8_t, 10> kBytesOfDigits = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};
constexpr std::array<uint32_t, 10> kPowers = {1,       10,        100,        1'000,       10'000,
                                              100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

// Reads groups one after the other with the sign already taken off.
struct GroupReader {
  const uint8_t* at;
  uint8_t mask;  // 0xFF for negatives
  bool first = true;
  bool ok = true;

  uint32_t Take(uint8_t digits) {
    uint32_t group = 0;
    for (uint8_t i = 0; i < kBytesOfDigits[digits]; ++i) {
      uint8_t byte = static_cast<uint8_t>(*at++ ^ mask);
      if (first) byte ^= 0x80;
      first = false;
      group = (group << 8) | byte;
    }
    if (group >= kPowers[digits]) ok = false;
    return group;
  }
};

}  // namespace

size_t PackedDecimalSize(uint8_t precision, uint8_t scale) {
  const uint8_t whole = static_cast<uint8_t>(precision - scale);
  return size_t{4} * (whole / kGroupDigits) + kBytesOfDigits[whole % kGroupDigits] +
         size_t{4} * (scale / kGroupDigits) + kBytesOfDigits[scale % kGroupDigits];
}

bool UnpackDecimal(const uint8_t* bytes, uint8_t precision, uint8_t scale, core::Int128& value) {
  const bool negative = (bytes[0] & 0x80) == 0;
  GroupReader groups{bytes, static_cast<uint8_t>(negative ? 0xFF : 0x00)};
  const uint8_t whole = static_cast<uint8_t>(precision - scale);
  unsigned __int128 sum = 0;
  const auto add = [&](uint8_t digits) { sum = sum * kPowers[digits] + groups.Take(digits); };
  if (whole % kGroupDigits != 0) add(whole % kGroupDigits);
  for (int i = 0; i < whole / kGroupDigits; ++i) add(kGroupDigits);
  for (int i = 0; i < scale / kGroupDigits; ++i) add(kGroupDigits);
  if (scale % kGroupDigits != 0) add(scale % kGroupDigits);
  value = negative ? -static_cast<core::Int128>(sum) : static_cast<core::Int128>(sum);
  return groups.ok;
}

bool UnpackDecimalText(const uint8_t* bytes, uint8_t precision, uint8_t scale, std::string& text) {
  const bool negative = (bytes[0] & 0x80) == 0;
  GroupReader groups{bytes, static_cast<uint8_t>(negative ? 0xFF : 0x00)};
  const uint8_t whole = static_cast<uint8_t>(precision - scale);
  std::string digits;
  if (negative) digits += '-';
  const auto add = [&](uint8_t count) {
    const std::string group = std::to_string(groups.Take(count));
    digits.append(count - std::min<size_t>(count, group.size()), '0').append(group);
  };
  digits += '0';
  if (whole % kGroupDigits != 0) add(whole % kGroupDigits);
  for (int i = 0; i < whole / kGroupDigits; ++i) add(kGroupDigits);
  if (scale != 0) digits += '.';
  for (int i = 0; i < scale / kGroupDigits; ++i) add(kGroupDigits);
  if (scale % kGroupDigits != 0) add(scale % kGroupDigits);
  std::string plain;
  if (!groups.ok || !PlainDecimalText(digits, scale, plain)) return false;
  text += plain;
  return true;
}

bool PlainDecimalText(std::string_view digits, uint8_t scale, std::string& text) {
  const bool negative = !digits.empty() && digits.front() == '-';
  if (negative) digits.remove_prefix(1);
  const size_t dot = std::min(digits.find('.'), digits.size());
  if (dot == 0 || (digits.size() - dot) != (scale == 0 ? 0u : scale + 1u)) return false;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i != dot && (digits[i] < '0' || digits[i] > '9')) return false;
  }
  const size_t zeros = std::min(digits.find_first_not_of('0'), dot - 1);
  digits.remove_prefix(std::min(zeros, dot - 1));
  const bool is_zero = digits.find_first_not_of("0.") == std::string_view::npos;
  text.clear();
  if (negative && !is_zero) text += '-';
  text += digits;
  return true;
}

bool ParseDecimal(std::string_view text, uint8_t scale, core::Int128& value) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  core::Int128 sum = 0;
  int digits = 0;
  int fraction = -1;
  for (const char c : text) {
    if (c == '.' && fraction < 0) {
      fraction = 0;
      continue;
    }
    if (c < '0' || c > '9') return false;
    if (sum != 0 || c != '0') ++digits;
    if (fraction >= 0) ++fraction;
    if (digits > 38 || fraction > scale) return false;
    sum = sum * 10 + (c - '0');
  }
  if (text.empty()) return false;
  for (int i = std::max(fraction, 0); i < scale; ++i) {
    if (sum != 0 && ++digits > 38) return false;
    sum *= 10;
  }
  value = negative ? -sum : sum;
  return true;
}

std::string ShowDecimal(core::Int128 value, uint8_t scale) {
  const bool negative = value < 0;
  unsigned __int128 rest = negative ? -static_cast<unsigned __int128>(value) : value;
  std::string reversed;
  for (int digit = 0; rest != 0 || digit <= scale; ++digit) {
    if (digit == scale && scale != 0) reversed += '.';
    reversed += static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  }
  if (negative) reversed += '-';
  return {reversed.rbegin(), reversed.rend()};
}

}  // namespace renkei::sources::mysql::values
