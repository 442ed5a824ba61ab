#include "sources/mysql/binlog/compressed.h"

#include <libdeflate.h>

#include <memory>

namespace renkei::sources::mysql::binlog {

bool Decompress(Bytes packed, std::vector<std::byte>& storage) {
  if (packed.empty()) return false;
  const auto header = std::to_integer<uint8_t>(packed[0]);
  const size_t length_bytes = header & 0x07;
  if ((header & 0xF0) != 0x80 || length_bytes < 1 || length_bytes > 4 || packed.size() < 1 + length_bytes)
    return false;
  size_t length = 0;
  for (size_t i = 0; i < length_bytes; ++i) length = length << 8 | std::to_integer<size_t>(packed[1 + i]);
  // Deflate packs at most about 1:1032, which keeps a damaged length from asking for a gigabyte.
  const Bytes body = packed.subspan(1 + length_bytes);
  if (length > kEventBytesMax || length > body.size() * 1040) return false;
  storage.resize(length);
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
      libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  return libdeflate_zlib_decompress(decompressor.get(), body.data(), body.size(), storage.data(), length,
                                    nullptr) == LIBDEFLATE_SUCCESS;
}

}  // namespace renkei::sources::mysql::binlog
