// Writing and reading little-endian binary forms. The writer appends to a growing block; the reader never
// reads past its end: the first read that would fails, and so does every later one, so that a decoder may
// read a whole record and ask ok() once.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/buffer.h"

namespace renkei::base {

static_assert(std::endian::native == std::endian::little, "the formats are written by memory copies");

class ByteWriter {
 public:
  template <class T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void Fixed(T value) { Raw(&value, sizeof(value)); }
  // Unsigned LEB128.
  void Varint(uint64_t value);
  // varint length, then the bytes.
  void Text(std::string_view text) {
    Varint(text.size());
    Raw(text.data(), text.size());
  }
  void Raw(const void* data, size_t size) {
    const auto* bytes = static_cast<const std::byte*>(data);
    block_.insert(block_.end(), bytes, bytes + size);
  }
  void Zeros(size_t count) { block_.resize(block_.size() + count); }
  // Zero bytes up to the next multiple of the alignment.
  void Align(size_t alignment) { block_.resize((block_.size() + alignment - 1) / alignment * alignment); }
  // Overwrites what was written at the place.
  template <class T>
  void PatchFixed(size_t place, T value) {
    CHECK_LE(place + sizeof(value), block_.size());
    std::memcpy(block_.data() + place, &value, sizeof(value));
  }

  size_t size() const { return block_.size(); }
  void Reserve(size_t bytes) { block_.reserve(bytes); }
  std::span<const std::byte> bytes() const { return block_; }
  std::vector<std::byte> Take() { return std::move(block_); }
  // Empty again, with its memory kept for the next use.
  void Clear() { block_.clear(); }

 private:
  std::vector<std::byte> block_;
};

class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  explicit ByteReader(std::string_view text) : bytes_(std::as_bytes(std::span(text))) {}

  template <class T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T> T Fixed() {
    T value{};
    if (!Need(sizeof(T))) return value;
    std::memcpy(&value, bytes_.data() + place_, sizeof(T));
    place_ += sizeof(T);
    return value;
  }
  uint64_t Varint();
  // A varint that must not exceed the bound; over it the reader fails.
  uint64_t VarintUpTo(uint64_t bound);
  std::string_view Text();
  std::span<const std::byte> Raw(size_t size) {
    if (!Need(size)) return {};
    auto part = bytes_.subspan(place_, size);
    place_ += size;
    return part;
  }
  void Align(size_t alignment) {
    const size_t next = (place_ + alignment - 1) / alignment * alignment;
    if (next > bytes_.size()) ok_ = false;
    if (ok_) place_ = next;
  }

  bool ok() const { return ok_; }
  void Fail() { ok_ = false; }
  size_t place() const { return place_; }
  size_t left() const { return ok_ ? bytes_.size() - place_ : 0; }

 private:
  bool Need(size_t size) {
    if (ok_ && size <= bytes_.size() - place_) return true;
    ok_ = false;
    return false;
  }
  std::span<const std::byte> bytes_;
  size_t place_ = 0;
  bool ok_ = true;
};

}  // namespace renkei::base
