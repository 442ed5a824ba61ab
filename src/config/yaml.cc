#include "config/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <string>
#include <vector>

#include "config/codes.h"

namespace renkei::config {

namespace {

Mark FromYaml(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

Node At(Node::Kind kind, const YAML::Mark& mark, const std::string& text = {}) {
  Node node;
  node.kind = kind;
  node.mark = FromYaml(mark);
  node.text = text;
  return node;
}

// Ends the parse after a report.
struct Refused {};

// Builds the tree from yaml-cpp's events; its own node tree would take a key given twice.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(Problems& problems) : problems_(problems) {}

  Node Take() { return std::move(root_); }

  // YAML::EventHandler
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    RefuseAnchor(mark, anchor);
    Leaf(At(Node::Kind::kNothing, mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override { RefuseAnchor(mark, anchor); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    RefuseAnchor(mark, anchor);
    if (tag.size() > 1 && tag.front() == '!') Refuse(mark, kUnquoted, {{"value", tag}});
    Leaf(At(Node::Kind::kText, mark, value));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    RefuseAnchor(mark, anchor);
    Open(At(Node::Kind::kList, mark));
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    RefuseAnchor(mark, anchor);
    Open(At(Node::Kind::kMap, mark));
  }
  void OnMapEnd() override { Close(); }

 private:
  // A list or map that is still open, and in a map the key that waits for its value.
  struct Level {
    Node node;
    bool has_key = false;
    std::string key;
    Mark key_mark;
  };

  [[noreturn]] void Refuse(const YAML::Mark& mark, Code code, std::initializer_list<Field> fields = {}) {
    problems_.Add(FromYaml(mark), code, fields);
    throw Refused{};
  }
  void RefuseAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) Refuse(mark, kAnchor);
  }

  bool ExpectsKey() const {
    return !levels_.empty() && levels_.back().node.kind == Node::Kind::kMap && !levels_.back().has_key;
  }

  void Leaf(Node node) {
    if (!ExpectsKey()) return Place(std::move(node));
    if (node.kind != Node::Kind::kText) RefuseKey(node.mark);
    Level& level = levels_.back();
    level.has_key = true;
    level.key = std::move(node.text);
    level.key_mark = node.mark;
  }

  void Open(Node node) {
    if (ExpectsKey()) RefuseKey(node.mark);
    if (levels_.size() >= kDeepest) {
      problems_.Add(node.mark, kTooDeep, {{"limit", std::to_string(kDeepest)}});
      throw Refused{};
    }
    levels_.emplace_back().node = std::move(node);
  }

  void Close() {
    Node done = std::move(levels_.back().node);
    levels_.pop_back();
    Place(std::move(done));
  }

  // Puts a whole value where it belongs.
  void Place(Node node) {
    if (levels_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node.kind == Node::Kind::kList) {
      level.node.items.push_back(std::move(node));
      return;
    }
    level.has_key = false;
    if (node.kind == Node::Kind::kNothing) node.mark = level.key_mark;  // yaml-cpp marks what follows
    for (const NodeEntry& entry : level.node.entries) {
      if (entry.key != level.key) continue;
      problems_.Add(level.key_mark, kDuplicateKey,
                    {{"key", level.key}, {"first_line", std::to_string(entry.mark.line)}});
      return;
    }
    level.node.entries.push_back({std::move(level.key), level.key_mark, std::move(node)});
  }

  [[noreturn]] void RefuseKey(Mark mark) {
    problems_.Add(mark, kKeyNotText);
    throw Refused{};
  }

  Problems& problems_;
  Node root_;
  std::vector<Level> levels_;
};

// The length of the UTF-8 character at the front, 0 if it is none.
size_t Utf8Length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const size_t length = lead < 0x80                   ? 1
                        : lead >= 0xc2 && lead < 0xe0 ? 2
                        : lead >= 0xe0 && lead < 0xf0 ? 3
                        : lead >= 0xf0 && lead < 0xf5 ? 4
                                                      : 0;
  if (length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
  }
  return length;
}

// What must hold of the text before YAML is asked: its own messages about these are hard to understand.
bool CheckCharacters(std::string_view text, Problems& problems) {
  Mark mark{1, 1};
  bool in_indentation = true;
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    if (length == 0 || text.front() == '\0') {
      problems.Add(mark, kNotUtf8);
      return false;
    }
    if (in_indentation && text.front() == '\t') {
      problems.Add(mark, kTab);
      return false;
    }
    const bool line_end = text.front() == '\n';
    in_indentation = line_end || (in_indentation && text.front() == ' ');
    mark = line_end ? Mark{mark.line + 1, 1} : Mark{mark.line, mark.column + static_cast<int>(length)};
    text.remove_prefix(length);
  }
  return true;
}

Code CodeOf(const std::string& yaml_message) {
  const bool about_anchor =
      yaml_message.find("anchor") != std::string::npos || yaml_message.find("alias") != std::string::npos;
  return about_anchor ? kAnchor : kNotYaml;
}

}  // namespace

std::optional<Node> ReadYaml(std::string_view text, Problems& problems) {
  if (!CheckCharacters(text, problems)) return std::nullopt;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder(problems);
    parser.HandleNextDocument(builder);
    Node root = builder.Take();
    TreeBuilder second(problems);
    if (parser.HandleNextDocument(second)) {
      problems.Add(second.Take().mark, kSecondDocument);
      return std::nullopt;
    }
    if (root.mark.line == 0) root.mark = {1, 1};
    return root;
  } catch (const Refused&) {
  } catch (const YAML::ParserException& error) {
    problems.Add(FromYaml(error.mark), CodeOf(error.msg), {{"reason", error.msg}});
  } catch (const YAML::Exception& error) {
    problems.Add({1, 1}, kNotYaml, {{"reason", error.msg}});
  }
  return std::nullopt;
}

}  // namespace renkei::config
