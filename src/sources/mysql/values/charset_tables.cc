#include "sources/mysql/values/charset_tables.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"

namespace renkei::sources::mysql::values {

namespace {

struct SingleByteRow {
  const char* name;
  const char* characters;
};
constexpr SingleByteRow kSingleByte[] = {
#include "sources/mysql/values/charset_tables/single_byte.inc"
};
constexpr DoubleByteTable::Row kCp932[] = {
#include "sources/mysql/values/charset_tables/cp932.inc"
};
constexpr DoubleByteTable::Row kJisX0212[] = {
#include "sources/mysql/values/charset_tables/jisx0212.inc"
};
constexpr DoubleByteTable::Row kGbk[] = {
#include "sources/mysql/values/charset_tables/gbk.inc"
};
constexpr DoubleByteTable::Row kBig5[] = {
#include "sources/mysql/values/charset_tables/big5.inc"
};
constexpr DoubleByteTable::Row kEucKr[] = {
#include "sources/mysql/values/charset_tables/euckr.inc"
};

// Codes that follow one another with code points that do.
struct Run {
  uint16_t code;
  char16_t point;
  uint16_t count;
};
constexpr Run kGb18030[] = {
#include "sources/mysql/values/charset_tables/gb18030.inc"
};

// The next character of well-formed UTF-8 in the basic plane, in the tables' way: '?' is none.
char16_t TakePoint(const char*& at) {
  const auto lead = static_cast<uint8_t>(*at++);
  if (lead < 0x80) return lead == '?' ? kNoCharacter : lead;
  auto point = static_cast<char16_t>(lead < 0xE0 ? lead & 0x1F : lead & 0x0F);
  while ((static_cast<uint8_t>(*at) & 0xC0) == 0x80)
    point = static_cast<char16_t>(point << 6 | (static_cast<uint8_t>(*at++) & 0x3F));
  return point;
}

// What four bytes stand for: the code points of the basic plane that no two bytes do, in order.
std::vector<char16_t> Gb18030FourBytes() {
  // Of this pair the standard of 2005 gave each other's code to the two.
  constexpr char16_t kSwapped = 0x1E3F;
  constexpr char16_t kSwappedWith = 0xE7C7;
  std::vector<bool> taken(0x10000);
  for (uint32_t lead = 0x81; lead <= 0xFE; ++lead) {
    for (uint32_t trail = 0x40; trail <= 0xFE; ++trail) {
      const auto first = static_cast<uint8_t>(lead);
      const auto second = static_cast<uint8_t>(trail);
      const char16_t gbk = GbkTable().Find(first, second);
      taken[gbk != kNoCharacter ? gbk : FindGb18030Double(first, second)] = true;
    }
  }
  taken[kSwapped] = false;
  taken[kSwappedWith] = true;
  std::vector<char16_t> points;
  for (uint32_t point = 0x80; point < 0x10000; ++point) {
    if (!taken[point] && (point < 0xD800 || point > 0xDFFF))
      points.push_back(point == kSwapped ? kSwappedWith : static_cast<char16_t>(point));
  }
  CHECK_EQ(points.size(), size_t{kGb18030FourByteBasic});
  return points;
}

}  // namespace

const std::vector<SingleByteSet>& SingleByteSets() {
  static const std::vector<SingleByteSet> sets = [] {
    std::vector<SingleByteSet> unpacked;
    for (const SingleByteRow& row : kSingleByte) {
      SingleByteSet set{.name = row.name};
      const char* at = row.characters;
      for (char16_t& point : set.upper) point = TakePoint(at);
      CHECK(*at == '\0');
      unpacked.push_back(set);
    }
    return unpacked;
  }();
  return sets;
}

DoubleByteTable::DoubleByteTable(const Row* rows, size_t count, std::string_view trails)
    : points_(0x10000, kNoCharacter) {
  for (size_t i = 0; i < count; ++i) {
    const char* at = rows[i].characters;
    for (size_t pair = 0; pair < trails.size(); pair += 2) {
      const auto last = static_cast<uint8_t>(trails[pair + 1]);
      for (uint32_t trail = static_cast<uint8_t>(trails[pair]); trail <= last && *at != '\0'; ++trail)
        points_[size_t{rows[i].lead} << 8 | trail] = TakePoint(at);
    }
    CHECK(*at == '\0');
  }
}

const DoubleByteTable& Cp932Table() {
  static const DoubleByteTable table(kCp932, std::size(kCp932), "\x40\x7e\x80\xfc");
  return table;
}

const DoubleByteTable& JisX0212Table() {
  static const DoubleByteTable table(kJisX0212, std::size(kJisX0212), "\xa1\xfe");
  return table;
}

const DoubleByteTable& GbkTable() {
  static const DoubleByteTable table(kGbk, std::size(kGbk), "\x40\x7e\x80\xfe");
  return table;
}

const DoubleByteTable& Big5Table() {
  static const DoubleByteTable table(kBig5, std::size(kBig5), "\x40\x7e\xa1\xfe");
  return table;
}

const DoubleByteTable& EucKrTable() {
  static const DoubleByteTable table(kEucKr, std::size(kEucKr), "\x41\x5a\x61\x7a\x81\xfe");
  return table;
}

char16_t FindGb18030Double(uint8_t lead, uint8_t trail) {
  if (trail < 0x40 || trail == 0x7F || trail == 0xFF) return kNoCharacter;
  // Three areas for the users' own characters.
  if (lead >= 0xAA && lead <= 0xAF && trail >= 0xA1)
    return static_cast<char16_t>(0xE000 + (lead - 0xAA) * 94 + trail - 0xA1);
  if (lead >= 0xF8 && lead <= 0xFE && trail >= 0xA1)
    return static_cast<char16_t>(0xE234 + (lead - 0xF8) * 94 + trail - 0xA1);
  if (lead >= 0xA1 && lead <= 0xA7 && trail <= 0xA0)
    return static_cast<char16_t>(0xE4C6 + (lead - 0xA1) * 96 + trail - 0x40 - (trail > 0x7F ? 1 : 0));
  const auto code = static_cast<uint16_t>(lead << 8 | trail);
  const Run* after = std::ranges::upper_bound(kGb18030, code, {}, &Run::code);
  if (after == std::begin(kGb18030)) return kNoCharacter;
  const Run& run = *(after - 1);
  return code - run.code < run.count ? static_cast<char16_t>(run.point + (code - run.code)) : kNoCharacter;
}

char16_t FindGb18030Four(uint32_t number) {
  static const std::vector<char16_t> points = Gb18030FourBytes();
  return points[number];
}

}  // namespace renkei::sources::mysql::values
