// How the user told us to read a column, where its type alone does not say it. Kept in the schema in the form
//
//   reading := option {" " option}
//   option  := "charset=" name | "invalid_text=" ("replace" | "bytes") | "zero_dates=" ("null" | "text")
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace renkei::sources::mysql::values {

// What becomes of 0000-00-00 and of dates that no calendar has.
enum class ZeroDates : uint8_t {
  kRefuse,
  kNull,
  kText,  // the column becomes text, as the server shows its values
};

enum class TextPolicy : uint8_t { kRefuse, kReplace, kBytes };

struct Reading {
  std::string charset;  // of the bytes in truth; "": as declared
  TextPolicy invalid_text = TextPolicy::kRefuse;
  ZeroDates zero_dates = ZeroDates::kRefuse;
  friend bool operator==(const Reading&, const Reading&) = default;
};

std::string EncodeReading(const Reading& reading);
// Nothing for what is none.
std::optional<Reading> DecodeReading(std::string_view text);

}  // namespace renkei::sources::mysql::values
