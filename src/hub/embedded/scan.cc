#include "hub/embedded/scan.h"

#include <algorithm>
#include <limits>

namespace renkei::hub::embedded {

namespace {

constexpr size_t kSearchBytes = size_t{1} << 20;
constexpr std::string_view kFrameMagicText = "RKFR";
constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();

}  // namespace

FrameScan::FrameScan(const base::io::File& file, const FileHeader& header, uint64_t file_bytes)
    : file_(file),
      header_(header),
      file_bytes_(file_bytes),
      log_short_(ShortId(header.log)),
      byte_(header.header_bytes),
      address_(header.first) {}

Result<std::optional<ScannedFrame>> FrameScan::Next() {
  const std::optional<ScannedFrame> nothing;
  ASSIGN_OR_RETURN(std::optional<FrameHeader> header, ReadFrameHeader(file_, byte_, file_bytes_, log_short_));
  if (!header.has_value() || header->epoch != header_.epoch || header->address != address_) return nothing;
  ASSIGN_OR_RETURN(std::optional<base::Buffer> body, ReadFrameBody(file_, byte_, *header));
  if (!body.has_value()) return nothing;
  ScannedFrame frame{byte_, std::move(*header), std::move(*body)};
  byte_ += frame.header.frame_bytes();
  address_ = frame.header.next();
  return std::optional<ScannedFrame>(std::move(frame));
}

Result<uint64_t> SyncedAsSaidAfter(const base::io::File& file, uint64_t byte, uint64_t file_bytes,
                                   std::optional<uint32_t> log_short) {
  uint64_t synced = 0;
  std::vector<std::byte> block(kSearchBytes);
  for (uint64_t start = AlignFrame(byte); start < file_bytes; start += kSearchBytes) {
    ASSIGN_OR_RETURN(const size_t got, file.ReadAt(start, block));
    for (size_t at = 0; at + kFrameMagicText.size() <= got; at += kFrameAlignment) {
      if (std::memcmp(block.data() + at, kFrameMagicText.data(), kFrameMagicText.size()) != 0) continue;
      ASSIGN_OR_RETURN(const auto header, ReadFrameHeader(file, start + at, kNoLimit, log_short));
      if (header.has_value()) synced = std::max(synced, header->synced_byte);
    }
  }
  return synced;
}

Result<core::Entry> DecodeEntry(const FrameHeader& header, const base::Buffer& body) {
  core::Entry entry;
  entry.address = header.address;
  entry.next = header.next();
  entry.epoch = header.epoch;
  entry.hub_time = header.hub_time;
  entry.bytes = body.size();
  ASSIGN_OR_RETURN(entry.body, core::DecodeBody(header.kind, body));
  return entry;
}

}  // namespace renkei::hub::embedded
