#include "sources/mysql/binlog/compressed_value.h"

#include <libdeflate.h>

#include <cstdint>
#include <memory>

namespace renkei::sources::mysql::binlog {

namespace {

constexpr uint8_t kDeflate = 0x80;
constexpr uint8_t kRaw = 0x08;
// Deflate packs at most about 1:1032, which keeps a damaged length from asking for a gigabyte.
constexpr size_t kRatioMax = 1040;

}  // namespace

bool DecompressValue(std::string_view stored, std::vector<std::byte>& storage, std::string_view& plain) {
  plain = {};
  if (stored.empty()) return true;
  const auto header = static_cast<uint8_t>(stored[0]);
  if (header == 0) {
    plain = stored.substr(1);
    return true;
  }
  const size_t length_bytes = header & 0x07;
  if ((header & 0xF0) != kDeflate || length_bytes < 1 || length_bytes > 4 || stored.size() < 1 + length_bytes)
    return false;
  size_t length = 0;
  for (size_t i = 1; i <= length_bytes; ++i) length = length << 8 | static_cast<uint8_t>(stored[i]);
  const std::string_view body = stored.substr(1 + length_bytes);
  if (length > body.size() * kRatioMax) return false;
  storage.resize(length);
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
      libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  const auto inflate = (header & kRaw) != 0 ? libdeflate_deflate_decompress : libdeflate_zlib_decompress;
  if (inflate(decompressor.get(), body.data(), body.size(), storage.data(), length, nullptr) !=
      LIBDEFLATE_SUCCESS)
    return false;
  plain = {reinterpret_cast<const char*>(storage.data()), length};
  return true;
}

}  // namespace renkei::sources::mysql::binlog
