// The files of a log. All numbers are little-endian; headers and frames start at multiples of 16 bytes.
//
//   segment  := file_header frame(state) frame* [frame(directory)]     <log>/0000000001.log
//   backfill := file_header frame(rows)*                               <log>/backfill/0000000001.log
//
//   file_header (144 bytes) :=
//     0 magic "RENKEILG"   8 major:u16   10 minor:u16   12 header_bytes:u32   16 log_id:16
//     32 required_bits:u64   40 optional_bits:u64   48 key_id:u32 (0: not encrypted)   52 kind:u8 zero:3
//     56 number:u64   64 epoch:u32   68 first_sub:u32   72 first_offset:u64   80 hub_time_us:i64
//     88 previous_number:u64 (0: none)   96 previous_end:u64   104 previous_directory:u64 (0: none)
//     112 zero:24   136 bits:u32 (1: parts without their end stand before)   140 crc:u32 of all before
//
//   frame := frame_header body zero bytes up to a multiple of 16
//   frame_header (96 bytes + 16 a table) :=
//     0 magic "RKFR"   4 kind:u8   5 codec:u8 (0: none)   6 zero:u16   8 header_bytes:u32
//     12 header_crc:u32 of the header without this field   16 body_bytes:u64   24 body_crc:u32
//     28 log_short:u32 (first bytes of the log's id)   32 epoch:u32   36 sub:u32   40 offset:u64
//     48 hub_time_us:i64   56 synced_offset:u64   64 synced_sub:u32   68 transactions:u32
//     72 synced_byte:u64   80 body_bytes_uncoded:u64   88 tables:u32   92 zero:u32
//     96 {table:u32 rows:u32 bytes:u64}*
//
// The bodies are those of core/encoding.h; that of a state frame stands in state_frame.h, that of a directory
// in directory.h. Parts, state and directory frames take no address. `synced_*` is what was known durable
// when the frame was written: an address, and how far this file was.
//
// A reader refuses a higher major and any required bit that it does not know; it ignores optional bits, a
// higher minor, and bytes of a file header beyond those it knows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/io/file.h"
#include "base/result.h"
#include "core/encoding.h"
#include "core/log_entry.h"

namespace renkei::hub::embedded {

inline constexpr uint16_t kMajor = 1;
inline constexpr uint16_t kMinor = 0;
// The segment may hold repairs and their marks, ticks that say what is lost, and a state with tables owed.
// Set from the first segment on that needs it.
inline constexpr uint64_t kRepairsBit = 1;
inline constexpr uint64_t kKnownRequiredBits = kRepairsBit;
inline constexpr size_t kFileHeaderBytes = 144;
inline constexpr size_t kFrameHeaderBytes = 96;
inline constexpr size_t kFrameAlignment = 16;
inline constexpr size_t kFrameTablesMax = 65536;
inline constexpr size_t kFrameBodyBytesMax = size_t{1} << 30;

constexpr uint64_t AlignFrame(uint64_t byte) {
  return (byte + kFrameAlignment - 1) / kFrameAlignment * kFrameAlignment;
}

enum class FileKind : uint8_t { kSegment = 1, kBackfill = 2 };

struct FileHeader {
  uint32_t header_bytes = kFileHeaderBytes;
  core::LogId log;
  uint64_t required_bits = 0;
  uint64_t optional_bits = 0;
  FileKind kind = FileKind::kSegment;
  uint64_t number = 0;  // of the segment, or of the snapshot
  core::Epoch epoch;
  core::Address first;
  base::WallTime hub_time;
  uint64_t previous_number = 0;
  uint64_t previous_end = 0;
  uint64_t previous_directory = 0;
  bool parts_open = false;
};

struct TableShare {
  core::TableId table;
  uint32_t rows = 0;
  uint64_t bytes = 0;
};

struct FrameHeader {
  core::FrameKind kind = core::FrameKind::kChanges;
  uint64_t body_bytes = 0;
  uint32_t body_crc = 0;
  uint32_t log_short = 0;
  core::Epoch epoch;
  core::Address address;
  uint32_t transactions = 0;
  base::WallTime hub_time;
  core::Address synced_to;
  uint64_t synced_byte = 0;
  std::vector<TableShare> tables;

  size_t header_bytes() const { return kFrameHeaderBytes + tables.size() * 16; }
  uint64_t frame_bytes() const { return AlignFrame(header_bytes() + body_bytes); }
  // Whether the frame stands in the log's order; the others are only kept there.
  bool has_address() const;
  // The address after this frame.
  core::Address next() const;
};

// The first bytes of the log's id as a number, which every frame repeats.
uint32_t ShortId(const core::LogId& log);

void EncodeFileHeader(const FileHeader& header, base::ByteWriter& writer);
// kDamaged, or kUnknownFormat for a file of a newer release.
Result<FileHeader> ReadFileHeader(const base::io::File& file, const std::string& path);

// Fills the room of header_bytes() that was left at `place`, from the body that follows up to the block's
// end.
void PatchFrameHeader(FrameHeader& header, size_t place, base::ByteWriter& writer);

// The header of the frame at the byte; nothing where no whole valid header stands (of the log, if given), or
// where the frame would pass `limit`. An error only if the file can not be read.
Result<std::optional<FrameHeader>> ReadFrameHeader(const base::io::File& file, uint64_t byte, uint64_t limit,
                                                   std::optional<uint32_t> log_short);
// The body of that frame; nothing where its checksum does not fit.
Result<std::optional<base::Buffer>> ReadFrameBody(const base::io::File& file, uint64_t byte,
                                                  const FrameHeader& header);

}  // namespace renkei::hub::embedded
