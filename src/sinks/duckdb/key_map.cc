#include "sinks/duckdb/key_map.h"

#include <cstring>

namespace renkei::sinks::duckdb {

namespace {

constexpr size_t kSlotsAtFirst = 64;

uint64_t Mix(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint64_t Hash(std::string_view key) {
  uint64_t hash = 0x9e3779b97f4a7c15u ^ key.size();
  while (key.size() >= 8) {
    uint64_t eight = 0;
    std::memcpy(&eight, key.data(), 8);
    hash = Mix(hash ^ eight, 0xd6e8feb86659fd93u);
    key.remove_prefix(8);
  }
  uint64_t rest = 0;
  std::memcpy(&rest, key.data(), key.size());
  return Mix(hash ^ rest, 0xa0761d6478bd642fu);
}

}  // namespace

uint32_t KeyMap::Put(std::string_view key) {
  if ((keys_.size() + 1) * 2 > slots_.size()) Grow();
  const uint64_t hash = Hash(key);
  const size_t mask = slots_.size() - 1;
  for (size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    if (slots_[slot] == 0) {
      slots_[slot] = size() + 1;
      keys_.push_back({hash, bytes_.size(), static_cast<uint32_t>(key.size())});
      bytes_.append(key);
      return size() - 1;
    }
    const Key& known = keys_[slots_[slot] - 1];
    if (known.hash == hash && std::string_view(bytes_).substr(known.place, known.length) == key) {
      return slots_[slot] - 1;
    }
  }
}

void KeyMap::Clear() {
  keys_.clear();
  slots_.clear();
  bytes_.clear();
}

void KeyMap::Grow() {
  slots_.assign(slots_.empty() ? kSlotsAtFirst : slots_.size() * 2, 0);
  const size_t mask = slots_.size() - 1;
  for (uint32_t number = 0; number < size(); ++number) {
    size_t slot = keys_[number].hash & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = number + 1;
  }
}

}  // namespace renkei::sinks::duckdb
