#include "config/node.h"

namespace renkei::config {

const Node* Node::Find(std::string_view key) const {
  for (const NodeEntry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

Node MapOf(const std::string& key, const Node& value) {
  Node map;
  map.kind = Node::Kind::kMap;
  map.mark = value.mark;
  map.entries.push_back({key, value.mark, value});
  return map;
}

}  // namespace renkei::config
