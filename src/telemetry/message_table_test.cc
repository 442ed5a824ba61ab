#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "telemetry/message.h"
#include "telemetry/render.h"

namespace renkei::telemetry {
namespace {

TEST(MessageTable, NumbersAndNamesDiffer) {
  std::set<uint16_t> numbers;
  std::set<std::string_view> names;
  for (const Message& row : AllMessages()) {
    EXPECT_TRUE(numbers.insert(row.code.number).second) << "RK" << row.code.number << " is given twice";
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " is given twice";
  }
}

TEST(MessageTable, BothLanguagesParseAndNameTheSameFields) {
  for (const Message& row : AllMessages()) {
    std::set<std::string> english;
    std::set<std::string> japanese;
    EXPECT_TRUE(FieldNames(row.english, english)) << row.name << ": " << row.english;
    EXPECT_TRUE(FieldNames(row.japanese, japanese)) << row.name << ": " << row.japanese;
    EXPECT_EQ(english, japanese) << row.name;
    EXPECT_FALSE(row.english.empty()) << row.name;
    const bool has_japanese = std::any_of(row.japanese.begin(), row.japanese.end(),
                                          [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    EXPECT_TRUE(has_japanese) << row.name;
  }
}

TEST(MessageTable, TextsAreOneLineAndNamesAreWords) {
  for (const Message& row : AllMessages()) {
    EXPECT_EQ(row.english.find('\n'), std::string_view::npos) << row.name;
    EXPECT_EQ(row.japanese.find('\n'), std::string_view::npos) << row.name;
    EXPECT_TRUE(std::regex_match(std::string(row.name), std::regex("[a-z0-9]+(_[a-z0-9]+)*"))) << row.name;
  }
}

TEST(MessageTable, FindsByCode) {
  const Message* row = FindMessage(Code{1101});
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->name, "no_config_file");
  EXPECT_EQ(FindMessage(Code{9999}), nullptr);
}

// The constants of every codes.h under src/.
std::map<uint16_t, std::string> DeclaredCodes() {
  std::map<uint16_t, std::string> declared;
  const std::regex constant(R"(\bCode\s+(k\w+)\s*\{\s*(\d+)\s*\})");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(RENKEI_SOURCE_DIR "/src")) {
    if (entry.path().filename() != "codes.h") continue;
    std::ifstream file(entry.path());
    std::stringstream content;
    content << file.rdbuf();
    const std::string text = content.str();
    for (std::sregex_iterator found(text.begin(), text.end(), constant), end; found != end; ++found) {
      const auto number = static_cast<uint16_t>(std::stoi((*found)[2]));
      const std::string name = entry.path().string() + ": " + (*found)[1].str();
      EXPECT_TRUE(declared.emplace(number, name).second) << number << " is declared twice: " << name;
    }
  }
  return declared;
}

TEST(MessageTable, EveryDeclaredCodeHasARow) {
  const std::map<uint16_t, std::string> declared = DeclaredCodes();
  ASSERT_TRUE(declared.contains(1001)) << "the scan found no constants";
  for (const auto& [number, where] : declared) {
    EXPECT_NE(FindMessage(Code{number}), nullptr) << "RK" << number << " has no row; declared in " << where;
  }
}

TEST(MessageTable, EveryRowIsDeclared) {
  const std::map<uint16_t, std::string> declared = DeclaredCodes();
  for (const Message& row : AllMessages()) {
    EXPECT_TRUE(declared.contains(row.code.number))
        << "RK" << row.code.number << " " << row.name << " is nobody's";
  }
}

}  // namespace
}  // namespace renkei::telemetry
