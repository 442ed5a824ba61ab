#include "sources/mysql/values/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/check.h"

namespace renkei::sources::mysql::values {

namespace {

constexpr size_t kWords = 8;

struct Run {
  size_t first = 0;
  size_t words = 0;
};

// The first of the longest runs of zeros.
Run LongestZeros(const std::array<uint16_t, kWords>& words) {
  Run longest;
  for (size_t i = 0; i < kWords; ++i) {
    size_t end = i;
    while (end < kWords && words[end] == 0) ++end;
    if (end - i > longest.words) longest = {i, end - i};
    if (end > i) i = end - 1;
  }
  return longest;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Uuid UuidOfRow(std::string_view row) {
  CHECK_EQ(row.size(), sizeof(Uuid));
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(row[i]); };
  Uuid uuid;
  const bool reversed = (byte(6) & 0x80) != 0 && byte(8) > 0 && byte(8) < 0x60;
  if (!reversed) {
    std::copy(row.begin(), row.end(), uuid.begin());
    return uuid;
  }
  struct Part {
    size_t in_row;
    size_t in_uuid;
    size_t bytes;
  };
  constexpr Part kParts[] = {{0, 10, 6}, {6, 8, 2}, {8, 6, 2}, {10, 4, 2}, {12, 0, 4}};
  for (const Part& part : kParts)
    std::copy_n(row.begin() + static_cast<ptrdiff_t>(part.in_row), part.bytes,
                uuid.begin() + static_cast<ptrdiff_t>(part.in_uuid));
  return uuid;
}

std::optional<Uuid> ParseUuid(std::string_view text) {
  Uuid uuid{};
  size_t digits = 0;
  for (const char c : text) {
    if (c == '-') continue;
    const int digit = HexDigit(c);
    if (digit < 0 || digits == 32) return std::nullopt;
    uuid[digits / 2] = static_cast<uint8_t>(uuid[digits / 2] << 4 | digit);
    ++digits;
  }
  if (digits != 32) return std::nullopt;
  return uuid;
}

std::string ShowUuid(std::string_view uuid) {
  CHECK_EQ(uuid.size(), sizeof(Uuid));
  std::string text;
  for (size_t i = 0; i < uuid.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<uint8_t>(uuid[i]));
  }
  return text;
}

std::string ShowInet4(std::string_view row) {
  CHECK_EQ(row.size(), size_t{4});
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(row[i]); };
  return fmt::format("{}.{}.{}.{}", byte(0), byte(1), byte(2), byte(3));
}

std::string ShowInet6(std::string_view row) {
  CHECK_EQ(row.size(), 2 * kWords);
  std::array<uint16_t, kWords> words;
  for (size_t i = 0; i < kWords; ++i)
    words[i] =
        static_cast<uint16_t>(static_cast<uint8_t>(row[2 * i]) << 8 | static_cast<uint8_t>(row[2 * i + 1]));
  const Run zeros = LongestZeros(words);
  // An IPv4 address in its two ways into IPv6.
  const bool v4 =
      zeros.words > 0 && zeros.first == 0 && (zeros.words == 6 || (zeros.words == 5 && words[5] == 0xFFFF));
  std::string text;
  for (size_t i = 0; i < kWords; ++i) {
    if (zeros.words > 0 && i == zeros.first) {
      text += i == 0 ? "::" : ":";
      i += zeros.words - 1;
      continue;
    }
    if (v4 && i == 6) return text + ShowInet4(row.substr(12));
    fmt::format_to(std::back_inserter(text), "{:x}", words[i]);
    if (i + 1 < kWords) text += ':';
  }
  return text;
}

}  // namespace renkei::sources::mysql::values
