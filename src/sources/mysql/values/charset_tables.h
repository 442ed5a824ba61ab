// The tables behind charset.h, unpacked at their first use. Threads may share them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace renkei::sources::mysql::values {

// A table's code point where the set has no character.
inline constexpr char16_t kNoCharacter = 0;

// Upper halves (0x80 to 0xFF) of the single-byte sets.
struct SingleByteSet {
  std::string_view name;
  std::array<char16_t, 128> upper{};
};
const std::vector<SingleByteSet>& SingleByteSets();

// Characters of two bytes, by lead and trail.
class DoubleByteTable {
 public:
  struct Row {
    uint8_t lead;
    const char* characters;  // UTF-8, '?' for none; one for each of the trails, from the first on
  };
  // `trails`: pairs of first and last trail byte, "\x40\x7e\x80\xfc".
  DoubleByteTable(const Row* rows, size_t count, std::string_view trails);

  char16_t Find(uint8_t lead, uint8_t trail) const { return points_[size_t{lead} << 8 | trail]; }

 private:
  std::vector<char16_t> points_;
};

const DoubleByteTable& Cp932Table();
const DoubleByteTable& JisX0212Table();  // with the rows that eucjpms adds
const DoubleByteTable& GbkTable();
const DoubleByteTable& Big5Table();
const DoubleByteTable& EucKrTable();

// GB18030: of two bytes beyond GBK, and of four bytes within the basic plane.
char16_t FindGb18030Double(uint8_t lead, uint8_t trail);
inline constexpr uint32_t kGb18030FourByteBasic = 39'420;
char16_t FindGb18030Four(uint32_t number);

}  // namespace renkei::sources::mysql::values
