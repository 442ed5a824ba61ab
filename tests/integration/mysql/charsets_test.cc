// Every code of every character set that the server has becomes the character that the server's own CONVERT
// gives.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sources/mysql/values/charset.h"
#include "sources/mysql/values/text.h"
#include "tests/integration/mysql/shared_server.h"

namespace renkei::sources::mysql {
namespace {

// Codes of one character, in hex: all single bytes, all pairs from 0x80 on, the plane behind 0x8F, and of the
// wide sets every unit and a sample of pairs.
std::vector<std::string> CodesOf(const std::string& charset) {
  std::vector<std::string> codes;
  const auto pairs = [&](uint32_t first, std::string_view before = "") {
    for (uint32_t pair = first; pair < 0x10000; ++pair)
      codes.push_back(fmt::format("{}{:04x}", before, pair));
  };
  if (charset == "utf32") {
    pairs(0, "0000");
    for (uint32_t point = 0x10000; point < 0x110000; point += 257)
      codes.push_back(fmt::format("{:08x}", point));
    return codes;
  }
  if (charset == "ucs2" || charset == "utf16" || charset == "utf16le") {
    pairs(0);
    if (charset == "utf16") {
      for (uint32_t low = 0xDC00; low < 0xE000; low += 7) codes.push_back(fmt::format("d83d{:04x}", low));
    }
    return codes;
  }
  for (uint32_t byte = 0; byte < 0x100; ++byte) codes.push_back(fmt::format("{:02x}", byte));
  static constexpr std::string_view kDouble[] = {"big5", "cp932",   "eucjpms", "euckr", "gb2312",
                                                 "gbk",  "gb18030", "sjis",    "ujis"};
  if (std::ranges::count(kDouble, charset) != 0) pairs(0x8000);
  if (charset == "ujis" || charset == "eucjpms") pairs(0xA0A0, "8f");
  if (charset == "gb18030") {
    for (uint32_t n = 0; n < 39'420; ++n)
      codes.push_back(fmt::format("{:02x}{:02x}{:02x}{:02x}", 0x81 + n / 12600, 0x30 + n / 1260 % 10,
                                  0x81 + n / 10 % 126, 0x30 + n % 10));
  }
  return codes;
}

std::string FromHex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}

// One character, as UTF-8; "" for none. Servers show a code that is none as '?', as NULL, or leave it out.
std::string OneCharacter(const std::optional<std::string>& answer, const std::string& code) {
  if (!answer || answer->empty() || (*answer == "?" && code.find_first_not_of('\0') != code.find('?')))
    return "";
  const auto* at = reinterpret_cast<const uint8_t*>(answer->data());
  return values::Utf8SequenceLength(at, answer->size()) == answer->size() ? *answer : "";
}

// What ToUtf8 makes of it; "" where it is no single character.
std::string Ours(values::Charset charset, const std::string& code) {
  std::string scratch;
  std::string_view text;
  if (!values::ToUtf8(charset, code, scratch, text) || text.empty()) return "";
  const auto* at = reinterpret_cast<const uint8_t*>(text.data());
  return values::Utf8SequenceLength(at, text.size()) == text.size() ? std::string(text) : "";
}

TEST(Charsets, EveryCodeIsWhatTheServerMakesOfIt) {
  auto connection = SharedServer().Connect();
  ASSERT_TRUE(connection->Execute("SET max_error_count = 0, NAMES utf8mb4").ok());
  const auto charsets = connection->Query("SELECT CHARACTER_SET_NAME FROM information_schema.CHARACTER_SETS");
  ASSERT_TRUE(charsets.ok());
  EXPECT_GE(charsets->size(), 40u);
  uint64_t characters = 0;
  for (const client::TextRow& row : *charsets) {
    const std::string name = *row[0];
    if (name == "binary" || name == "filename" || name.starts_with("utf8")) continue;
    const auto charset = values::FindCharset(name);
    ASSERT_TRUE(charset) << name;
    const std::vector<std::string> codes = CodesOf(name);
    uint64_t different = 0;
    for (size_t first = 0; first < codes.size(); first += 2000) {
      const size_t end = std::min(codes.size(), first + 2000);
      std::string query = "SELECT CONVERT(CONVERT(k USING " + name + ") USING utf8mb4) FROM (";
      for (size_t i = first; i < end; ++i)
        query += (i == first ? "SELECT " : " UNION ALL SELECT ") + ("x'" + codes[i] + "' AS k");
      const auto answers = connection->Query(query + ") AS codes");
      ASSERT_TRUE(answers.ok()) << name << answers.error().Debug();
      ASSERT_EQ(answers->size(), end - first);
      for (size_t i = first; i < end; ++i) {
        const std::string code = FromHex(codes[i]);
        const std::string theirs = OneCharacter((*answers)[i - first][0], code);
        const std::string ours = Ours(*charset, code);
        characters += theirs.empty() ? 0 : 1;
        if (ours != theirs && ++different <= 5)
          ADD_FAILURE() << name << " " << codes[i] << ": '" << theirs << "' at the server, '" << ours
                        << "' ours";
      }
    }
    EXPECT_EQ(different, 0u) << name;
  }
  EXPECT_GT(characters, 300'000u);
}

}  // namespace
}  // namespace renkei::sources::mysql
