#include "sources/mysql/binlog/compressed.h"

#include <libdeflate.h>

namespace renkei::sources::mysql::binlog {

namespace {

// What one large event took is not kept for the many small ones that follow.
constexpr size_t kKeptBytesMax = size_t{1} << 20;
// Deflate packs at most about 1:1032, which keeps a damaged length from asking for a gigabyte.
constexpr size_t kRatioMax = 1040;

}  // namespace

Decompressor::Decompressor() : inflate_(libdeflate_alloc_decompressor(), &libdeflate_free_decompressor) {}
Decompressor::~Decompressor() = default;

bool Decompressor::Decompress(Bytes packed) {
  if (packed.empty()) return false;
  const auto header = std::to_integer<uint8_t>(packed[0]);
  const size_t length_bytes = header & 0x07;
  if ((header & 0xF0) != 0x80 || length_bytes < 1 || length_bytes > 4 || packed.size() < 1 + length_bytes)
    return false;
  size_t length = 0;
  for (size_t i = 0; i < length_bytes; ++i) length = length << 8 | std::to_integer<size_t>(packed[1 + i]);
  const Bytes body = packed.subspan(1 + length_bytes);
  if (length > kEventBytesMax || length > body.size() * kRatioMax) return false;
  if (plain_.capacity() > kKeptBytesMax) std::vector<std::byte>().swap(plain_);
  plain_.resize(length);
  return libdeflate_zlib_decompress(inflate_.get(), body.data(), body.size(), plain_.data(), length,
                                    nullptr) == LIBDEFLATE_SUCCESS;
}

}  // namespace renkei::sources::mysql::binlog
