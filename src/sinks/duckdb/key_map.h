// KeyMap: numbers the distinct byte strings put into it, 0, 1, 2 ... in the order of their first coming.
// An open-addressing table over one block of bytes. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace renkei::sinks::duckdb {

class KeyMap {
 public:
  // The key's number; equal to size() before the call if the key is new.
  uint32_t Put(std::string_view key);
  uint32_t size() const { return static_cast<uint32_t>(keys_.size()); }
  void Clear();

 private:
  struct Key {
    uint64_t hash = 0;
    uint64_t place = 0;
    uint32_t length = 0;
  };
  void Grow();

  std::vector<Key> keys_;
  std::vector<uint32_t> slots_;  // a key's number + 1, 0: free; a power of two of them
  std::string bytes_;
};

}  // namespace renkei::sinks::duckdb
