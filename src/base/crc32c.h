// CRC32C (Castagnoli), by the processor's instruction where it has one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace renkei::base {

// The checksum of the bytes; `before` is the checksum of what stands before them, 0 at the start.
uint32_t Crc32c(std::span<const std::byte> bytes, uint32_t before = 0);

// The same without the instruction; for machines that lack it and for the test that compares both.
uint32_t Crc32cByTable(std::span<const std::byte> bytes, uint32_t before = 0);

}  // namespace renkei::base
