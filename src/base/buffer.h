// Buffer: immutable bytes with a shared owner, so that the columns of a decoded frame can point into the one
// block that was read (the reason for shared ownership). Copying copies no bytes. Threads may share it.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/check.h"

namespace renkei::base {

class Buffer {
 public:
  Buffer() = default;
  Buffer(std::shared_ptr<const void> owner, std::span<const std::byte> bytes)
      : owner_(std::move(owner)), bytes_(bytes) {}

  // Takes over the vector's memory.
  template <class T>
  static Buffer Own(std::vector<T> values) {
    static_assert(std::is_trivially_copyable_v<T>);
    auto owner = std::make_shared<const std::vector<T>>(std::move(values));
    return Buffer(owner, std::as_bytes(std::span(*owner)));
  }
  static Buffer Own(std::string text) {
    auto owner = std::make_shared<const std::string>(std::move(text));
    return Buffer(owner, std::as_bytes(std::span(*owner)));
  }

  const std::byte* data() const { return bytes_.data(); }
  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  std::span<const std::byte> bytes() const { return bytes_; }
  std::string_view text() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }

  // The bytes as an array of T. The block must be aligned for T and hold whole elements.
  template <class T>
  std::span<const T> as() const {
    CHECK_EQ(reinterpret_cast<uintptr_t>(bytes_.data()) % alignof(T), 0u);
    CHECK_EQ(bytes_.size() % sizeof(T), 0u);
    return {reinterpret_cast<const T*>(bytes_.data()), bytes_.size() / sizeof(T)};
  }

  // A part of this buffer, with the same owner.
  Buffer Slice(size_t offset, size_t length) const {
    CHECK_LE(offset, bytes_.size());
    CHECK_LE(length, bytes_.size() - offset);
    return Buffer(owner_, bytes_.subspan(offset, length));
  }

 private:
  std::shared_ptr<const void> owner_;
  std::span<const std::byte> bytes_;
};

}  // namespace renkei::base
