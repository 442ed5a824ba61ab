#include "telemetry/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace renkei::telemetry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Code kCannotOpen{1001};

TEST(Render, FillsFieldsInBothLanguages) {
  const Error error(kCannotOpen, {{"path", "/x"}, {"reason", "gone"}});
  EXPECT_THAT(RenderWithCode(error, Language::kEnglish), testing::StartsWith("RK1001 cannot open /x: gone."));
  EXPECT_THAT(Render(error, Language::kJapanese), testing::StartsWith("/x を開けません: gone。"));
}

TEST(Render, LeavesAnAbsentFieldStanding) {
  EXPECT_THAT(Render(Error(kCannotOpen, {{"path", "/x"}}), Language::kEnglish), HasSubstr("/x: {reason}."));
}

TEST(Render, AValueIsNotATemplate) {
  const Error error(kCannotOpen, {{"path", "{reason}"}, {"reason", "{path}"}});
  EXPECT_THAT(Render(error, Language::kEnglish), HasSubstr("cannot open {reason}: {path}."));
}

TEST(Render, KeepsOneLine) {
  const Error error(kCannotOpen, {{"path", "a\nb"}, {"reason", "\x1b[31m"}});
  EXPECT_THAT(Render(error, Language::kEnglish), HasSubstr("a\\x0ab: \\x1b[31m."));
}

TEST(Render, UnknownCodeGivesItsFields) {
  const Error error(Code{9999}, {{"path", "/x"}, {"reason", "y"}});
  EXPECT_EQ(RenderWithCode(error, Language::kEnglish), "RK9999 path=/x reason=y");
  EXPECT_EQ(RetryOf(error), Retry::kNever);
  EXPECT_EQ(ExitOf(error), Exit::kFoundWrong);
}

TEST(Render, DoubledBracesAreBraces) {
  const Error error(Code{1151}, {{"file", "f"}, {"line", "1"}, {"column", "2"}, {"key", "url"}});
  EXPECT_THAT(Render(error, Language::kEnglish), HasSubstr("f:1:2: a malformed ${...} in 'url'."));
}

TEST(Render, TheTableDecidesRetryAndExit) {
  const Error connect(Code{1012}, {{"address", "h"}, {"reason", "r"}});
  EXPECT_EQ(RetryOf(connect), Retry::kAfterBackoff);
  EXPECT_EQ(ExitOf(connect), Exit::kOtherSideDown);
  EXPECT_EQ(ExitOf(Error(Code{1120})), Exit::kWrongInput);
}

TEST(Render, FieldsBesideAreThoseTheTextLacks) {
  const Error error(kCannotOpen, {{"path", "/x"}, {"source", "shop"}, {"reason", "gone"}});
  std::vector<std::string> names;
  for (const Field& field : FieldsBeside(error, Language::kEnglish)) names.push_back(field.name);
  EXPECT_THAT(names, ElementsAre("source"));
}

TEST(FieldNames, RefusesMalformedTexts) {
  std::set<std::string> names;
  EXPECT_TRUE(FieldNames("a {b} {{c}} {d_1}", names));
  EXPECT_THAT(names, testing::UnorderedElementsAre("b", "d_1"));
  for (const char* text : {"{", "}", "{}", "{a", "a}", "{A}", "{a b}", "{{a}"}) {
    EXPECT_FALSE(FieldNames(text, names)) << text;
  }
}

TEST(LanguageOfLocale, TakesJapaneseLocalesOnly) {
  EXPECT_EQ(LanguageOfLocale("ja_JP.UTF-8"), Language::kJapanese);
  EXPECT_EQ(LanguageOfLocale("ja"), Language::kJapanese);
  for (const char* locale : {"", "C", "en_US.UTF-8", "jav_ID"}) {
    EXPECT_EQ(LanguageOfLocale(locale), Language::kEnglish) << locale;
  }
}

}  // namespace
}  // namespace renkei::telemetry
