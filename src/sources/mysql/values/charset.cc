// Each set's characters are taken from the front of the bytes, one after the other:
//
//   sjis cp932  := below 0x80 | 0xA1..0xDF (half-width kana) | lead trail
//   ujis eucjpms := below 0x80 | 0x8E kana | lead trail (JIS X 0208) | 0x8F lead trail (JIS X 0212)
//   gbk gb2312 big5 euckr := below 0x80 | lead trail
//   gb18030     := below 0x80 | lead trail | two pairs of lead (0x81..0xFE) and digit (0x30..0x39)
//   ucs2 utf16 utf16le utf32 := units of 2, 2, 2 and 4 bytes; a surrogate only in utf16's pairs
//
// The users' own characters of the Japanese sets stand from U+E000 on.
#include "sources/mysql/values/charset.h"

#include "base/check.h"
#include "sources/mysql/values/charset_tables.h"
#include "sources/mysql/values/text.h"

namespace renkei::sources::mysql::values {

namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char16_t kUsersOwn = 0xE000;
constexpr char16_t kUsersOwnOf0212 = 0xE3AC;

struct Taken {
  char32_t point = 0;
  size_t bytes = 0;  // 0: no character begins here
};

struct Bytes {
  const uint8_t* at;
  size_t left;
  uint8_t operator[](size_t i) const { return i < left ? at[i] : 0; }
};

Taken Found(char16_t point, size_t bytes) { return point == kNoCharacter ? Taken{} : Taken{point, bytes}; }

// Where sjis and ujis go other ways than the sets of Microsoft.
char16_t SjisOfCp932(uint8_t lead, uint8_t trail) {
  if (lead == 0x87 || lead >= 0xED) return kNoCharacter;
  switch (lead << 8 | trail) {
    case 0x815F:
      return u'\\';
    case 0x8160:
      return 0x301C;  // wave dash
    case 0x8161:
      return 0x2016;  // double vertical line
    case 0x817C:
      return 0x2212;  // minus
    case 0x8191:
      return 0x00A2;
    case 0x8192:
      return 0x00A3;
    case 0x81CA:
      return 0x00AC;
    default:
      return Cp932Table().Find(lead, trail);
  }
}

Taken TakeShiftJis(Bytes in, bool microsoft) {
  const uint8_t lead = in[0];
  if (lead < 0x80) return {lead, 1};
  if (lead >= 0xA1 && lead <= 0xDF) return {char32_t{0xFF61} + lead - 0xA1, 1};
  const uint8_t trail = in[1];
  if (!microsoft) return Found(SjisOfCp932(lead, trail), 2);
  if (lead >= 0xF0 && lead <= 0xF9 && trail >= 0x40 && trail != 0x7F && trail <= 0xFC)
    return {char32_t{kUsersOwn} + (lead - 0xF0u) * 188 + trail - 0x40 - (trail > 0x7F ? 1 : 0), 2};
  return Found(Cp932Table().Find(lead, trail), 2);
}

// Row and cell of JIS X 0208 (from 0) as Shift JIS has them.
char16_t FindJis(uint32_t row, uint32_t cell, bool microsoft) {
  const auto lead = static_cast<uint8_t>((row < 62 ? 0x81 : 0xC1) + row / 2);
  const auto trail = static_cast<uint8_t>(row % 2 == 1 ? 0x9F + cell : 0x40 + cell + (cell >= 63 ? 1 : 0));
  return microsoft ? Cp932Table().Find(lead, trail) : SjisOfCp932(lead, trail);
}

Taken TakeJisX0212(uint8_t lead, uint8_t trail, bool microsoft) {
  if (lead >= 0xF5) return {char32_t{kUsersOwnOf0212} + (lead - 0xF5u) * 94 + trail - 0xA1, 3};
  if (!microsoft) {
    if (lead >= 0xF3) return {};
    if (lead == 0xA2 && trail == 0xB7) return {U'~', 3};
    if (lead == 0xA2 && trail == 0xC3) return {0x00A6, 3};
  }
  return Found(JisX0212Table().Find(lead, trail), 3);
}

Taken TakeEucJp(Bytes in, bool microsoft) {
  const auto in_plane = [](uint8_t byte) { return byte >= 0xA1 && byte <= 0xFE; };
  const uint8_t lead = in[0];
  if (lead < 0x80) return {lead, 1};
  if (lead == 0x8E)
    return in[1] >= 0xA1 && in[1] <= 0xDF ? Taken{char32_t{0xFF61} + in[1] - 0xA1, 2} : Taken{};
  if (lead == 0x8F)
    return in_plane(in[1]) && in_plane(in[2]) ? TakeJisX0212(in[1], in[2], microsoft) : Taken{};
  if (!in_plane(lead) || !in_plane(in[1])) return {};
  if (lead >= 0xF5) return {char32_t{kUsersOwn} + (lead - 0xF5u) * 94 + in[1] - 0xA1, 2};
  return Found(FindJis(lead - 0xA1u, in[1] - 0xA1u, microsoft), 2);
}

// GB 2312 is GBK without its additions, and with two other signs.
Taken TakeGb2312(Bytes in) {
  const uint8_t lead = in[0];
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xA1 || lead > 0xF7 || in[1] < 0xA1) return {};
  const uint32_t code = uint32_t{lead} << 8 | in[1];
  const bool added = (code >= 0xA2A1 && code <= 0xA2AA) || (code >= 0xA6E0 && code <= 0xA6F5) ||
                     (code >= 0xA8BB && code <= 0xA8C0);
  if (added) return {};
  if (code == 0xA1A4) return {0x30FB, 2};
  if (code == 0xA1AA) return {0x2015, 2};
  return Found(GbkTable().Find(lead, in[1]), 2);
}

Taken TakeDouble(Bytes in, const DoubleByteTable& table) {
  if (in[0] < 0x80) return {in[0], 1};
  return Found(table.Find(in[0], in[1]), 2);
}

Taken TakeGb18030(Bytes in) {
  const uint8_t lead = in[0];
  if (lead < 0x80) return {lead, 1};
  if (lead == 0x80 || lead == 0xFF) return {};
  if (in[1] < 0x30 || in[1] > 0x39) {
    const char16_t point = GbkTable().Find(lead, in[1]);
    return Found(point != kNoCharacter ? point : FindGb18030Double(lead, in[1]), 2);
  }
  if (in[2] < 0x81 || in[2] > 0xFE || in[3] < 0x30 || in[3] > 0x39) return {};
  constexpr uint32_t kFirstBeyondBasic = 189'000;
  const uint32_t number = (((lead - 0x81u) * 10 + in[1] - 0x30u) * 126 + in[2] - 0x81u) * 10 + in[3] - 0x30u;
  if (number < kGb18030FourByteBasic) return {FindGb18030Four(number), 4};
  if (number < kFirstBeyondBasic || number - kFirstBeyondBasic > 0xFFFFF) return {};
  return {0x10000 + number - kFirstBeyondBasic, 4};
}

bool IsSurrogate(char32_t point) { return point >= 0xD800 && point <= 0xDFFF; }

Taken TakeUtf16(Bytes in, bool little_endian, bool pairs) {
  if (in.left < 2) return {};
  const auto unit = [&](size_t i) {
    return static_cast<char32_t>(little_endian ? in[i] | in[i + 1] << 8 : in[i] << 8 | in[i + 1]);
  };
  const char32_t first = unit(0);
  if (!IsSurrogate(first)) return {first, 2};
  if (!pairs || first >= 0xDC00 || in.left < 4) return {};
  const char32_t second = unit(2);
  if (second < 0xDC00 || second > 0xDFFF) return {};
  return {0x10000 + ((first - 0xD800) << 10) + second - 0xDC00, 4};
}

Taken TakeUtf32(Bytes in) {
  if (in.left < 4) return {};
  const char32_t point = char32_t{in[0]} << 24 | char32_t{in[1]} << 16 | char32_t{in[2]} << 8 | in[3];
  if (point > 0x10FFFF || IsSurrogate(point)) return {};
  return {point, 4};
}

Taken TakeSwe7(uint8_t byte) {
  switch (byte) {
    case 0x40:
      return {U'É', 1};
    case 0x5B:
      return {U'Ä', 1};
    case 0x5C:
      return {U'Ö', 1};
    case 0x5D:
      return {U'Å', 1};
    case 0x5E:
      return {U'Ü', 1};
    case 0x60:
      return {U'é', 1};
    case 0x7B:
      return {U'ä', 1};
    case 0x7C:
      return {U'ö', 1};
    case 0x7D:
      return {U'å', 1};
    case 0x7E:
      return {U'ü', 1};
    default:
      return byte < 0x7F ? Taken{byte, 1} : Taken{};
  }
}

Taken TakeSingleByte(Charset charset, uint8_t byte) {
  if (byte < 0x80) return {byte, 1};
  const size_t place = static_cast<size_t>(charset) - static_cast<size_t>(Charset::kFirstSingleByte);
  return Found(SingleByteSets()[place].upper[byte - 0x80], 1);
}

Taken TakeUtf8(Bytes in) {
  const size_t length = Utf8SequenceLength(in.at, in.left);
  if (length <= 1) return {in[0], length};
  char32_t point = in[0] & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) point = point << 6 | (in[i] & 0x3Fu);
  return {point, length};
}

Taken Take(Charset charset, Bytes in) {
  switch (charset) {
    case Charset::kBinary:
      return {in[0], 1};
    case Charset::kUtf8:
      return TakeUtf8(in);
    case Charset::kAscii:
      return in[0] < 0x80 ? Taken{in[0], 1} : Taken{};
    case Charset::kUcs2:
      return TakeUtf16(in, false, false);
    case Charset::kUtf16:
      return TakeUtf16(in, false, true);
    case Charset::kUtf16Le:
      return TakeUtf16(in, true, true);
    case Charset::kUtf32:
      return TakeUtf32(in);
    case Charset::kSjis:
      return TakeShiftJis(in, false);
    case Charset::kCp932:
      return TakeShiftJis(in, true);
    case Charset::kUjis:
      return TakeEucJp(in, false);
    case Charset::kEucJpMs:
      return TakeEucJp(in, true);
    case Charset::kGb2312:
      return TakeGb2312(in);
    case Charset::kGbk:
      return TakeDouble(in, GbkTable());
    case Charset::kGb18030:
      return TakeGb18030(in);
    case Charset::kBig5:
      return TakeDouble(in, Big5Table());
    case Charset::kEucKr:
      return TakeDouble(in, EucKrTable());
    case Charset::kSwe7:
      return TakeSwe7(in[0]);
    default:
      return TakeSingleByte(charset, in[0]);
  }
}

size_t UnitBytes(Charset charset) {
  switch (charset) {
    case Charset::kUcs2:
    case Charset::kUtf16:
    case Charset::kUtf16Le:
      return 2;
    case Charset::kUtf32:
      return 4;
    default:
      return 1;
  }
}

// Whether bytes below 0x80 are ASCII wherever a character begins.
bool HoldsAscii(Charset charset) { return UnitBytes(charset) == 1 && charset != Charset::kSwe7; }

struct Name {
  std::string_view name;
  Charset charset;
};
constexpr Name kNames[] = {
    {"utf8mb4", Charset::kUtf8},    {"utf8mb3", Charset::kUtf8},    {"utf8", Charset::kUtf8},
    {"binary", Charset::kBinary},   {"ascii", Charset::kAscii},     {"ucs2", Charset::kUcs2},
    {"utf16", Charset::kUtf16},     {"utf16le", Charset::kUtf16Le}, {"utf32", Charset::kUtf32},
    {"sjis", Charset::kSjis},       {"cp932", Charset::kCp932},     {"ujis", Charset::kUjis},
    {"eucjpms", Charset::kEucJpMs}, {"gb2312", Charset::kGb2312},   {"gbk", Charset::kGbk},
    {"gb18030", Charset::kGb18030}, {"big5", Charset::kBig5},       {"euckr", Charset::kEucKr},
    {"swe7", Charset::kSwe7},
};

}  // namespace

std::optional<Charset> FindCharset(std::string_view name) {
  for (const Name& known : kNames) {
    if (known.name == name) return known.charset;
  }
  const auto& sets = SingleByteSets();
  for (size_t i = 0; i < sets.size(); ++i) {
    if (sets[i].name == name) return static_cast<Charset>(static_cast<size_t>(Charset::kFirstSingleByte) + i);
  }
  return std::nullopt;
}

bool ToUtf8(Charset charset, std::string_view bytes, std::string& scratch, std::string_view& text,
            InvalidText invalid) {
  if (charset == Charset::kBinary || (charset == Charset::kUtf8 && IsUtf8(bytes)) ||
      (HoldsAscii(charset) && IsAscii(bytes))) {
    text = bytes;
    return true;
  }
  scratch.clear();
  Bytes in{reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
  while (in.left > 0) {
    Taken taken = Take(charset, in);
    if (taken.bytes == 0 || taken.bytes > in.left) {
      if (invalid == InvalidText::kRefuse) return false;
      taken = {kReplacement, std::min(UnitBytes(charset), in.left)};
    }
    AppendUtf8(taken.point, scratch);
    in.at += taken.bytes;
    in.left -= taken.bytes;
  }
  text = scratch;
  return true;
}

}  // namespace renkei::sources::mysql::values
