// The configuration file as a tree that remembers where each thing stands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace renkei::config {

// Counted from 1; column in characters' first bytes as an editor shows them for ASCII.
struct Mark {
  int line = 0;
  int column = 0;
  friend auto operator<=>(const Mark&, const Mark&) = default;
};

struct NodeEntry;

struct Node {
  enum class Kind : uint8_t { kNothing, kText, kList, kMap };

  Kind kind = Kind::kNothing;
  Mark mark;
  std::string text;                // kText
  std::vector<Node> items;         // kList
  std::vector<NodeEntry> entries;  // kMap, in the file's order; keys differ

  // The value of the key, or nullptr; the node itself must live on.
  const Node* Find(std::string_view key) const;
};

struct NodeEntry {
  std::string key;
  Mark mark;  // of the key
  Node value;
};

// A map of one key at the value's place.
Node MapOf(const std::string& key, const Node& value);

}  // namespace renkei::config
