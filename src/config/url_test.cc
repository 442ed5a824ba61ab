#include "config/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/codes.h"
#include "config/testing.h"

namespace renkei::config {
namespace {

struct Read {
  Url url;
  std::vector<Error> problems;
};

Read ReadUrl(const std::string& text, std::map<std::string, std::string> environment = {}) {
  const PluginSection plugin = SectionFromText("{}", std::move(environment));
  Problems problems(plugin.origin);
  Node node;
  node.kind = Node::Kind::kText;
  node.text = text;
  FieldInfo field;
  field.name = "url";
  Read read;
  ReadValue(node, field, problems, read.url);
  read.problems = problems.Sorted();
  return read;
}

Url Good(const std::string& text, std::map<std::string, std::string> environment = {}) {
  Read read = ReadUrl(text, std::move(environment));
  EXPECT_TRUE(read.problems.empty()) << text << ": " << read.problems.front().Debug();
  return read.url;
}

TEST(Url, Parts) {
  const Url url = Good("mysql://renkei:pw@db.internal:3306/shop?ssl=1&x=a%20b&flag");
  EXPECT_EQ(url.scheme, "mysql");
  EXPECT_EQ(url.user, "renkei");
  EXPECT_EQ(url.password.Reveal(), "pw");
  EXPECT_EQ(url.host, "db.internal");
  EXPECT_EQ(url.port, 3306);
  EXPECT_EQ(url.path, "shop");
  EXPECT_EQ(url.Query("x"), "a b");
  EXPECT_EQ(url.Query("flag"), "");
  EXPECT_EQ(url.Show(), "mysql://renkei@db.internal:3306/shop");
}

TEST(Url, MayBeShort) {
  const Url url = Good("mysql://h");
  EXPECT_EQ(url.host, "h");
  EXPECT_EQ(url.port, 0);
  EXPECT_EQ(url.path, "");
  EXPECT_EQ(Good("mysql://h?x=1").Query("x"), "1");
}

TEST(Url, Ipv6AndSockets) {
  const Url url = Good("mysql://u@[::1]:3307/shop");
  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.port, 3307);
  EXPECT_EQ(url.Show(), "mysql://u@[::1]:3307/shop");
  EXPECT_EQ(Good("mysql://u@/shop?socket=/run/my.sock").Query("socket"), "/run/my.sock");
  EXPECT_EQ(Good("mysql://[fe80::1]").port, 0);
}

TEST(Url, AnyPasswordWorksFromAVariable) {
  for (const std::string password : {"p@ss:w/o?r#d%41 [x]", "${Y}", "", "連携", "%", "a\nb"}) {
    const Url url = Good("mysql://u:${P}@h:1/d", {{"P", password}});
    EXPECT_EQ(url.password.Reveal(), password);
    EXPECT_EQ(url.host, "h");
    EXPECT_EQ(url.user, "u");
  }
}

TEST(Url, LiteralPartsArePercentDecoded) {
  const Url url = Good("mysql://u%40x:p%3A%2F@h/d%20e");
  EXPECT_EQ(url.user, "u@x");
  EXPECT_EQ(url.password.Reveal(), "p:/");
  EXPECT_EQ(url.path, "d e");
  EXPECT_EQ(Good("mysql://u:a@b@h/d").password.Reveal(), "a@b") << "the last @ ends the login";
}

TEST(Url, VariablesElsewhere) {
  EXPECT_EQ(Good("mysql://u@${HOST}:${PORT}/d", {{"HOST", "h"}, {"PORT", "77"}}).port, 77);
  const Url url = Good("${URL}", {{"URL", "mysql://u:p%40@h:1/d"}});
  EXPECT_EQ(url.password.Reveal(), "p@");
  EXPECT_EQ(url.host, "h");
}

TEST(Url, ErrorsNeverShowTheText) {
  const std::pair<const char*, Code> bad[] = {
      {"", kUrlNoScheme},
      {"hunter2", kUrlNoScheme},
      {"://hunter2@h", kUrlNoScheme},
      {"MYSQL://u:hunter2@h", kUrlNoScheme},
      {"mysql://u:hunter2@", kUrlNoHost},
      {"mysql://u:hunter2@/d", kUrlNoHost},
      {"mysql://u:hunter2@h:", kUrlPort},
      {"mysql://u:hunter2@h:0/", kUrlPort},
      {"mysql://u:hunter2@h:65536/", kUrlPort},
      {"mysql://u:hunter2@h:33x6/", kUrlPort},
      {"mysql://u:hunt/er2@h:1/", kUrlPort},
      {"mysql://u:hunter2%4@h", kUrlEscape},
      {"mysql://u:hunter2%zz@h", kUrlEscape},
      {"mysql://u:hunter2@[::1", kUrlBracket},
      {"mysql://u:hunter2@[::1]x", kUrlBracket},
      {"mysql://u:hunter2@[::1]:", kUrlPort},
      {"mysql://u:hunter 2@h", kUrlCharacter},
      {"mysql://u:${hunter2", kVariableForm},
      {"mysql://u:${HUNTER}@h", kNoVariable},
  };
  for (const auto& [text, code] : bad) {
    const Read read = ReadUrl(text);
    ASSERT_EQ(read.problems.size(), 1u) << text;
    EXPECT_EQ(read.problems[0].code(), code) << text;
    EXPECT_THAT(read.problems[0].Debug(), testing::Not(testing::HasSubstr("hunter"))) << text;
  }
}

TEST(Url, AVariablesValueIsNotShownEither) {
  const Read read = ReadUrl("mysql://u:p@h:${PORT}/d", {{"PORT", "hunter2"}});
  ASSERT_EQ(read.problems.size(), 1u);
  EXPECT_EQ(read.problems[0].code(), kUrlPort);
  EXPECT_THAT(read.problems[0].Debug(), testing::Not(testing::HasSubstr("hunter")));
}

}  // namespace
}  // namespace renkei::config
