#include "config/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/codes.h"

namespace renkei::config {
namespace {

std::shared_ptr<Origin> TestOrigin() {
  auto origin = std::make_shared<Origin>();
  origin->file = "f.yaml";
  return origin;
}

// "1110 2:3" for each problem.
std::string ProblemsOf(std::string_view text) {
  Problems problems(TestOrigin());
  ReadYaml(text, problems);
  std::string shown;
  for (const Error& error : problems.Sorted()) {
    if (!shown.empty()) shown += "; ";
    shown += std::to_string(error.code().number) + " " + std::string(error.field("line")) + ":" +
             std::string(error.field("column"));
  }
  return shown;
}

// The tree as text: "{a=1:4 'x', b=[...]}".
std::string Dump(const Node& node) {
  std::string text;
  switch (node.kind) {
    case Node::Kind::kNothing:
      return "nothing";
    case Node::Kind::kText:
      return "'" + node.text + "'";
    case Node::Kind::kList:
      for (const Node& item : node.items) text += (text.empty() ? "" : " ") + Dump(item);
      return "[" + text + "]";
    case Node::Kind::kMap:
      break;
  }
  for (const NodeEntry& entry : node.entries) {
    text += (text.empty() ? "" : " ") + entry.key + "@" + std::to_string(entry.mark.line) + ":" +
            std::to_string(entry.mark.column) + "=" + Dump(entry.value);
  }
  return "{" + text + "}";
}

std::string TreeOf(std::string_view text) {
  Problems problems(TestOrigin());
  const std::optional<Node> root = ReadYaml(text, problems);
  EXPECT_TRUE(problems.empty()) << problems.Sorted().front().Debug();
  return root ? Dump(*root) : "none";
}

TEST(Yaml, TreeWithMarks) {
  EXPECT_EQ(TreeOf("a: x\nb:\n  - 1\n  - {c: \"!y\"}\n  -\n"),
            "{a@1:1='x' b@2:1=['1' {c@4:6='!y'} nothing]}");
  EXPECT_EQ(TreeOf(""), "nothing");
  EXPECT_EQ(TreeOf("# only a comment\n"), "nothing");
  EXPECT_EQ(TreeOf("店: 注文\n"), "{店@1:1='注文'}");
  EXPECT_EQ(TreeOf("a: ~\nb: null\nc: \"null\"\n"), "{a@1:1=nothing b@2:1=nothing c@3:1='null'}");
}

TEST(Yaml, RefusesWhatTheFileMayNotHold) {
  const auto is = [](Code code, std::string_view place) {
    return std::to_string(code.number) + " " + std::string(place);
  };
  EXPECT_EQ(ProblemsOf("a:\n\tb: 1\n"), is(kTab, "2:1"));
  EXPECT_EQ(ProblemsOf("a:\n  \tb: 1\n"), is(kTab, "2:3"));
  EXPECT_EQ(ProblemsOf("a: &x 1\nb: *x\n"), is(kAnchor, "1:4"));
  EXPECT_EQ(ProblemsOf("a: [*.b]\n").substr(0, 4), std::to_string(kAnchor.number));
  EXPECT_EQ(ProblemsOf("a: [!shop.tmp_x, b]\n"), is(kUnquoted, "1:5"));
  EXPECT_EQ(ProblemsOf("a: 1\n---\nb: 2\n").substr(0, 4), std::to_string(kSecondDocument.number));
  EXPECT_EQ(ProblemsOf("a: \xff\n"), is(kNotUtf8, "1:4"));
  EXPECT_EQ(ProblemsOf("[a]: 1\n").substr(0, 4), std::to_string(kKeyNotText.number));
  EXPECT_EQ(ProblemsOf("a: [1, 2\nb: 3\n").substr(0, 4), std::to_string(kNotYaml.number));
  EXPECT_EQ(ProblemsOf("a: b: c\n").substr(0, 4), std::to_string(kNotYaml.number));
  EXPECT_EQ(ProblemsOf(std::string("a: b\0c\n", 7)), is(kNotUtf8, "1:5"));
}

TEST(Yaml, EveryDoubledKeyIsReported) {
  EXPECT_EQ(ProblemsOf("a: 1\nb: {c: 1, c: 2}\na: 2\n"),
            std::to_string(kDuplicateKey.number) + " 2:11; " + std::to_string(kDuplicateKey.number) + " 3:1");
}

TEST(Yaml, DepthIsBounded) {
  EXPECT_EQ(ProblemsOf(std::string(kDeepest, '[') + std::string(kDeepest, ']')), "");
  EXPECT_EQ(ProblemsOf(std::string(kDeepest + 1, '[') + std::string(kDeepest + 1, ']')).substr(0, 4),
            std::to_string(kTooDeep.number));
  EXPECT_NE(ProblemsOf(std::string(100'000, '[')), "");
  EXPECT_NE(ProblemsOf(std::string(100'000, '{')), "");
}

}  // namespace
}  // namespace renkei::config
