// All numbers are little-endian. Places count from the start of the container that holds them.
//
//   document  := type:u8 value                     no bytes at all: null
//   value     := object | array | literal | number | string | opaque, by its type
//   object    := count size {key-place key-length:u16}* entry* keys values      count, size and places are
//   u16 array     := count size entry* values                                        in small containers,
//   else u32 entry     := type:u8 (place | value)           the value itself where it is not wider than a
//   place string    := length bytes                      length := 7 bits a byte, the last without 0x80
//   opaque    := column type:u8 length bytes
#include "sources/mysql/values/json_binary.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "sources/mysql/values/decimal.h"
#include "sources/mysql/values/temporal.h"

namespace renkei::sources::mysql::values {

namespace {

enum class JsonType : uint8_t {
  kSmallObject = 0,
  kLargeObject = 1,
  kSmallArray = 2,
  kLargeArray = 3,
  kLiteral = 4,
  kInt16 = 5,
  kUInt16 = 6,
  kInt32 = 7,
  kUInt32 = 8,
  kInt64 = 9,
  kUInt64 = 10,
  kDouble = 11,
  kString = 12,
  kOpaque = 15,
};

// Columns' types inside of opaque values.
enum class OpaqueType : uint8_t {
  kTimestamp = 7,
  kDate = 10,
  kTime = 11,
  kDateTime = 12,
  kDecimal = 246,
};

// The server allows no more.
constexpr int kDepthMax = 100;

template <class T>
bool ReadAt(std::string_view bytes, size_t place, T& value) {
  if (place > bytes.size() || bytes.size() - place < sizeof(T)) return false;
  std::memcpy(&value, bytes.data() + place, sizeof(T));
  return true;
}

void AppendQuoted(std::string_view string, std::string& text) {
  text += '"';
  for (const char c : string) {
    switch (c) {
      case '"':
        text += "\\\"";
        break;
      case '\\':
        text += "\\\\";
        break;
      case '\b':
        text += "\\b";
        break;
      case '\f':
        text += "\\f";
        break;
      case '\n':
        text += "\\n";
        break;
      case '\r':
        text += "\\r";
        break;
      case '\t':
        text += "\\t";
        break;
      default:
        if (static_cast<uint8_t>(c) < 0x20) {
          fmt::format_to(std::back_inserter(text), "\\u{:04x}", static_cast<uint8_t>(c));
        } else {
          text += c;
        }
    }
  }
  text += '"';
}

// Lines of 76 digits, their ends escaped.
void AppendBase64(std::string_view bytes, std::string& text) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < bytes.size(); i += 3) {
    if (i > 0 && i % 57 == 0) text += "\\n";
    uint32_t three = 0;
    for (size_t j = 0; j < 3; ++j)
      three = three << 8 | (i + j < bytes.size() ? static_cast<uint8_t>(bytes[i + j]) : 0u);
    for (size_t j = 0; j < 4; ++j) text += i + j > bytes.size() ? '=' : kDigits[three >> (18 - 6 * j) & 0x3F];
  }
}

// Times stand in eight bytes: the parts above 24 bits of microseconds; a date has 17 bits of time of day.
void AppendTemporal(OpaqueType type, int64_t packed, std::string& text) {
  const bool negative = packed < 0;
  const uint64_t whole =
      negative ? uint64_t{0} - static_cast<uint64_t>(packed) : static_cast<uint64_t>(packed);
  const uint64_t seconds = whole >> 24;
  const auto months = static_cast<uint32_t>(seconds >> 22);
  DateTime time{.year = months / 13,
                .month = months % 13,
                .day = static_cast<uint32_t>(seconds >> 17 & 0x1F),
                .hour = static_cast<uint32_t>(seconds >> 12 & 0x1F),
                .minute = static_cast<uint32_t>(seconds >> 6 & 0x3F),
                .second = static_cast<uint32_t>(seconds & 0x3F),
                .microsecond = static_cast<uint32_t>(whole & 0xFFFFFF)};
  text += '"';
  if (type == OpaqueType::kTime) {
    time.hour = static_cast<uint32_t>(seconds >> 12 & 0x3FF);
    fmt::format_to(std::back_inserter(text), "{}{:02}:{:02}:{:02}.{:06}", negative ? "-" : "", time.hour,
                   time.minute, time.second, time.microsecond);
  } else {
    text += type == OpaqueType::kDate ? ShowDate(time) : ShowDateTime(time, 6);
  }
  text += '"';
}

class Writer {
 public:
  explicit Writer(std::string& text) : text_(text) {}

  bool Value(JsonType type, std::string_view bytes, int depth) {
    switch (type) {
      case JsonType::kSmallObject:
        return Container<uint16_t>(bytes, true, depth);
      case JsonType::kLargeObject:
        return Container<uint32_t>(bytes, true, depth);
      case JsonType::kSmallArray:
        return Container<uint16_t>(bytes, false, depth);
      case JsonType::kLargeArray:
        return Container<uint32_t>(bytes, false, depth);
      case JsonType::kLiteral:
        return Literal(bytes);
      case JsonType::kInt16:
        return Number<int16_t>(bytes);
      case JsonType::kUInt16:
        return Number<uint16_t>(bytes);
      case JsonType::kInt32:
        return Number<int32_t>(bytes);
      case JsonType::kUInt32:
        return Number<uint32_t>(bytes);
      case JsonType::kInt64:
        return Number<int64_t>(bytes);
      case JsonType::kUInt64:
        return Number<uint64_t>(bytes);
      case JsonType::kDouble:
        return Double(bytes);
      case JsonType::kString:
        return String(bytes);
      case JsonType::kOpaque:
        return Opaque(bytes);
    }
    return false;
  }

 private:
  template <class Place>
  static bool IsInline(JsonType type) {
    const bool wide = sizeof(Place) == 4 && (type == JsonType::kInt32 || type == JsonType::kUInt32);
    return wide || type == JsonType::kLiteral || type == JsonType::kInt16 || type == JsonType::kUInt16;
  }

  template <class Place>
  bool Container(std::string_view bytes, bool object, int depth) {
    Place count = 0;
    Place size = 0;
    if (depth >= kDepthMax || !ReadAt(bytes, 0, count) || !ReadAt(bytes, sizeof(Place), size) ||
        size > bytes.size())
      return false;
    bytes = bytes.substr(0, size);
    const size_t keys = 2 * sizeof(Place);
    const size_t key_width = sizeof(Place) + sizeof(uint16_t);
    const size_t entries = keys + (object ? count * key_width : 0);
    if (entries + count * (1 + sizeof(Place)) > bytes.size()) return false;
    text_ += object ? '{' : '[';
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) text_ += ", ";
      if (object && !Key<Place>(bytes, keys + i * key_width)) return false;
      if (!Entry<Place>(bytes, entries + i * (1 + sizeof(Place)), depth)) return false;
    }
    text_ += object ? '}' : ']';
    return true;
  }

  template <class Place>
  bool Key(std::string_view bytes, size_t at) {
    Place place = 0;
    uint16_t length = 0;
    if (!ReadAt(bytes, at, place) || !ReadAt(bytes, at + sizeof(Place), length)) return false;
    if (place > bytes.size() || bytes.size() - place < length) return false;
    AppendQuoted(bytes.substr(place, length), text_);
    text_ += ": ";
    return true;
  }

  template <class Place>
  bool Entry(std::string_view bytes, size_t at, int depth) {
    const auto type = static_cast<JsonType>(bytes[at]);
    if (IsInline<Place>(type)) return Value(type, bytes.substr(at + 1, sizeof(Place)), depth);
    Place place = 0;
    if (!ReadAt(bytes, at + 1, place) || place > bytes.size()) return false;
    return Value(type, bytes.substr(place), depth + 1);
  }

  bool Literal(std::string_view bytes) {
    static constexpr std::array<std::string_view, 3> kLiterals = {"null", "true", "false"};
    uint8_t literal = 0;
    if (!ReadAt(bytes, 0, literal) || literal >= kLiterals.size()) return false;
    text_ += kLiterals[literal];
    return true;
  }

  template <class T>
  bool Number(std::string_view bytes) {
    T number = 0;
    if (!ReadAt(bytes, 0, number)) return false;
    fmt::format_to(std::back_inserter(text_), "{}", number);
    return true;
  }

  bool Double(std::string_view bytes) {
    double number = 0;
    if (!ReadAt(bytes, 0, number) || !std::isfinite(number)) return false;
    AppendJsonDouble(number, text_);
    return true;
  }

  // What a length in front counts.
  static bool TakeCounted(std::string_view bytes, std::string_view& counted) {
    uint64_t length = 0;
    for (size_t i = 0; i < 5 && i < bytes.size(); ++i) {
      length |= static_cast<uint64_t>(bytes[i] & 0x7F) << (7 * i);
      if ((bytes[i] & 0x80) != 0) continue;
      if (bytes.size() - i - 1 < length) return false;
      counted = bytes.substr(i + 1, length);
      return true;
    }
    return false;
  }

  bool String(std::string_view bytes) {
    std::string_view string;
    if (!TakeCounted(bytes, string)) return false;
    AppendQuoted(string, text_);
    return true;
  }

  bool Opaque(std::string_view bytes) {
    std::string_view value;
    if (bytes.empty() || !TakeCounted(bytes.substr(1), value)) return false;
    const auto type = static_cast<OpaqueType>(bytes[0]);
    switch (type) {
      case OpaqueType::kDecimal:
        return Decimal(value);
      case OpaqueType::kDate:
      case OpaqueType::kTime:
      case OpaqueType::kDateTime:
      case OpaqueType::kTimestamp: {
        int64_t packed = 0;
        if (!ReadAt(value, 0, packed)) return false;
        AppendTemporal(type, packed, text_);
        return true;
      }
    }
    fmt::format_to(std::back_inserter(text_), "\"base64:type{}:", static_cast<int>(type));
    AppendBase64(value, text_);
    text_ += '"';
    return true;
  }

  bool Decimal(std::string_view value) {
    if (value.size() < 2) return false;
    const auto precision = static_cast<uint8_t>(value[0]);
    const auto scale = static_cast<uint8_t>(value[1]);
    if (precision < 1 || precision > 65 || scale > precision ||
        value.size() - 2 < PackedDecimalSize(precision, scale))
      return false;
    return UnpackDecimalText(reinterpret_cast<const uint8_t*>(value.data()) + 2, precision, scale, text_);
  }

  std::string& text_;
};

}  // namespace

bool AppendJson(std::string_view binary, std::string& text) {
  if (binary.empty()) {
    text += "null";
    return true;
  }
  return Writer(text).Value(static_cast<JsonType>(binary[0]), binary.substr(1), 0);
}

// The shortest digits that give the number back; as a plain number up to 15 places on either side.
void AppendJsonDouble(double number, std::string& text) {
  char buffer[40];
  const auto written = std::to_chars(buffer, buffer + sizeof(buffer), number, std::chars_format::scientific);
  std::string_view scientific(buffer, static_cast<size_t>(written.ptr - buffer));
  if (scientific.front() == '-') {
    text += '-';
    scientific.remove_prefix(1);
  }
  const size_t e = scientific.find('e');
  std::string digits(1, scientific[0]);
  if (e > 2) digits += scientific.substr(2, e - 2);
  int exponent = 0;
  const bool down = scientific[e + 1] == '-';
  std::from_chars(scientific.data() + e + 2, scientific.data() + scientific.size(), exponent);
  const int point = (down ? -exponent : exponent) + 1;
  const int count = static_cast<int>(digits.size());
  if (point < -14 || point > 15) {
    text += digits[0];
    if (count > 1) (text += '.').append(digits, 1);
    fmt::format_to(std::back_inserter(text), "e{}", point - 1);
  } else if (point <= 0) {
    (text += "0.").append(static_cast<size_t>(-point), '0').append(digits);
  } else if (point >= count) {
    text.append(digits).append(static_cast<size_t>(point - count), '0').append(".0");
  } else {
    text.append(digits, 0, static_cast<size_t>(point)).append(".").append(digits, static_cast<size_t>(point));
  }
}

}  // namespace renkei::sources::mysql::values
