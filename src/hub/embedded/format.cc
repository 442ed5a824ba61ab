#include "hub/embedded/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/crc32c.h"
#include "hub/embedded/codes.h"

namespace renkei::hub::embedded {

namespace {

constexpr std::string_view kFileMagic = "RENKEILG";
constexpr uint32_t kFrameMagic = 0x52464b52;  // "RKFR"
constexpr size_t kHeaderCrcPlace = 12;
constexpr size_t kLogIdBytes = 16;
// Read at once in the hope that the tables are few.
constexpr size_t kHeaderReadBytes = kFrameHeaderBytes + 16 * 10;

uint8_t HexByte(std::string_view digits) {
  uint8_t value = 0;
  std::from_chars(digits.data(), digits.data() + 2, value, 16);
  return value;
}

Error Damaged(const std::string& path, std::string reason) {
  return Error(kDamaged, {{"path", path}, {"byte", "0"}, {"reason", std::move(reason)}});
}

uint32_t HeaderCrc(std::span<const std::byte> header) {
  return base::Crc32c(header.subspan(kHeaderCrcPlace + 4), base::Crc32c(header.first(kHeaderCrcPlace)));
}

FrameHeader ParseFrameHeader(base::ByteReader& reader) {
  FrameHeader header;
  reader.Raw(4);  // magic
  header.kind = reader.Fixed<core::FrameKind>();
  const auto codec = reader.Fixed<uint8_t>();
  reader.Raw(2 + 4 + 4);  // zero, header_bytes, header_crc
  header.body_bytes = reader.Fixed<uint64_t>();
  header.body_crc = reader.Fixed<uint32_t>();
  header.log_short = reader.Fixed<uint32_t>();
  header.epoch.value = reader.Fixed<uint32_t>();
  header.address.sub = reader.Fixed<uint32_t>();
  header.address.offset.value = reader.Fixed<uint64_t>();
  header.hub_time.value = reader.Fixed<int64_t>();
  header.synced_to.offset.value = reader.Fixed<uint64_t>();
  header.synced_to.sub = reader.Fixed<uint32_t>();
  header.transactions = reader.Fixed<uint32_t>();
  header.synced_byte = reader.Fixed<uint64_t>();
  const auto uncoded = reader.Fixed<uint64_t>();
  header.tables.resize(std::min<size_t>(reader.Fixed<uint32_t>(), reader.left() / 16));
  reader.Raw(4);
  for (TableShare& share : header.tables) {
    share.table.value = reader.Fixed<uint32_t>();
    share.rows = reader.Fixed<uint32_t>();
    share.bytes = reader.Fixed<uint64_t>();
  }
  if (codec != 0 || uncoded != header.body_bytes || header.body_bytes > kFrameBodyBytesMax) reader.Fail();
  return header;
}

}  // namespace

bool FrameHeader::has_address() const {
  switch (kind) {
    case core::FrameKind::kPart:
    case core::FrameKind::kState:
    case core::FrameKind::kRows:
    case core::FrameKind::kDirectory:
      return false;
    default:
      return true;
  }
}

core::Address FrameHeader::next() const {
  if (!has_address()) return address;
  if (transactions > 0) return {core::Offset{address.offset.value + transactions}, 0};
  return {address.offset, address.sub + 1};
}

uint32_t ShortId(const core::LogId& log) {
  CHECK_EQ(log.size(), kLogIdBytes * 2);
  uint32_t id = 0;
  for (size_t i = 0; i < 4; ++i) id |= uint32_t{HexByte(std::string_view(log).substr(2 * i, 2))} << (8 * i);
  return id;
}

void EncodeFileHeader(const FileHeader& header, base::ByteWriter& writer) {
  const size_t start = writer.size();
  writer.Raw(kFileMagic.data(), kFileMagic.size());
  writer.Fixed(kMajor);
  writer.Fixed(kMinor);
  writer.Fixed(static_cast<uint32_t>(kFileHeaderBytes));
  for (size_t i = 0; i < kLogIdBytes; ++i) {
    writer.Fixed(HexByte(std::string_view(header.log).substr(2 * i, 2)));
  }
  writer.Fixed(header.required_bits);
  writer.Fixed(header.optional_bits);
  writer.Fixed(uint32_t{0});
  writer.Fixed(static_cast<uint32_t>(header.kind));
  writer.Fixed(header.number);
  writer.Fixed(header.epoch.value);
  writer.Fixed(header.first.sub);
  writer.Fixed(header.first.offset.value);
  writer.Fixed(header.hub_time.value);
  writer.Fixed(header.previous_number);
  writer.Fixed(header.previous_end);
  writer.Fixed(header.previous_directory);
  for (int i = 0; i < 3; ++i) writer.Fixed(uint64_t{0});
  writer.Fixed(static_cast<uint32_t>(header.parts_open ? 1 : 0));
  writer.Fixed(base::Crc32c(writer.bytes().subspan(start)));
  CHECK_EQ(writer.size() - start, kFileHeaderBytes);
}

Result<FileHeader> ReadFileHeader(const base::io::File& file, const std::string& path) {
  std::vector<std::byte> block(4096);
  ASSIGN_OR_RETURN(const size_t got, file.ReadAt(0, block));
  base::ByteReader reader(std::span<const std::byte>(block).first(got));
  const auto magic = reader.Raw(kFileMagic.size());
  const auto major = reader.Fixed<uint16_t>();
  const auto minor = reader.Fixed<uint16_t>();
  FileHeader header;
  header.header_bytes = reader.Fixed<uint32_t>();
  if (!reader.ok() || std::memcmp(magic.data(), kFileMagic.data(), magic.size()) != 0) {
    return Damaged(path, "it does not begin as a log file");
  }
  const size_t size = header.header_bytes;
  if (size < kFileHeaderBytes || size > got || size % kFrameAlignment != 0) {
    return Damaged(path, "its header has an impossible length");
  }
  uint32_t crc = 0;
  std::memcpy(&crc, block.data() + size - 4, sizeof(crc));
  if (crc != base::Crc32c(std::span<const std::byte>(block).first(size - 4))) {
    return Damaged(path, "its header's checksum is wrong");
  }
  for (std::byte byte : reader.Raw(kLogIdBytes))
    header.log += fmt::format("{:02x}", std::to_integer<int>(byte));
  header.required_bits = reader.Fixed<uint64_t>();
  header.optional_bits = reader.Fixed<uint64_t>();
  const auto key = reader.Fixed<uint32_t>();
  if (major != kMajor || (header.required_bits & ~kKnownRequiredBits) != 0 || key != 0) {
    return Error(kUnknownFormat, {{"path", path},
                                  {"version", fmt::format("{}.{}", major, minor)},
                                  {"bits", fmt::format("{:#x}", header.required_bits)}});
  }
  header.kind = static_cast<FileKind>(reader.Fixed<uint32_t>());
  header.number = reader.Fixed<uint64_t>();
  header.epoch.value = reader.Fixed<uint32_t>();
  header.first.sub = reader.Fixed<uint32_t>();
  header.first.offset.value = reader.Fixed<uint64_t>();
  header.hub_time.value = reader.Fixed<int64_t>();
  header.previous_number = reader.Fixed<uint64_t>();
  header.previous_end = reader.Fixed<uint64_t>();
  header.previous_directory = reader.Fixed<uint64_t>();
  reader.Raw(24);
  header.parts_open = (reader.Fixed<uint32_t>() & 1) != 0;
  return header;
}

void PatchFrameHeader(FrameHeader& header, size_t place, base::ByteWriter& writer) {
  const auto body = writer.bytes().subspan(place + header.header_bytes());
  header.body_bytes = body.size();
  header.body_crc = base::Crc32c(body);
  size_t at = place;
  const auto put = [&](auto value) {
    writer.PatchFixed(at, value);
    at += sizeof(value);
  };
  put(kFrameMagic);
  put(header.kind);
  put(uint8_t{0});
  put(uint16_t{0});
  put(static_cast<uint32_t>(header.header_bytes()));
  put(uint32_t{0});
  put(header.body_bytes);
  put(header.body_crc);
  put(header.log_short);
  put(header.epoch.value);
  put(header.address.sub);
  put(header.address.offset.value);
  put(header.hub_time.value);
  put(header.synced_to.offset.value);
  put(header.synced_to.sub);
  put(header.transactions);
  put(header.synced_byte);
  put(header.body_bytes);
  put(static_cast<uint32_t>(header.tables.size()));
  put(uint32_t{0});
  for (const TableShare& share : header.tables) {
    put(share.table.value);
    put(share.rows);
    put(share.bytes);
  }
  writer.PatchFixed(place + kHeaderCrcPlace, HeaderCrc(writer.bytes().subspan(place, header.header_bytes())));
}

Result<std::optional<FrameHeader>> ReadFrameHeader(const base::io::File& file, uint64_t byte, uint64_t limit,
                                                   std::optional<uint32_t> log_short) {
  const std::optional<FrameHeader> nothing;
  if (limit < byte || limit - byte < kFrameHeaderBytes) return nothing;
  std::array<std::byte, kHeaderReadBytes> first;
  ASSIGN_OR_RETURN(const size_t got, file.ReadAt(byte, first));
  if (got < kFrameHeaderBytes) return nothing;
  uint32_t magic = 0;
  uint32_t header_bytes = 0;
  uint32_t crc = 0;
  std::memcpy(&magic, first.data(), sizeof(magic));
  std::memcpy(&header_bytes, first.data() + 8, sizeof(header_bytes));
  std::memcpy(&crc, first.data() + kHeaderCrcPlace, sizeof(crc));
  if (magic != kFrameMagic || header_bytes < kFrameHeaderBytes || header_bytes % kFrameAlignment != 0 ||
      header_bytes > kFrameHeaderBytes + kFrameTablesMax * 16 || header_bytes > limit - byte) {
    return nothing;
  }
  std::vector<std::byte> whole;
  std::span<const std::byte> bytes = std::span<const std::byte>(first).first(got);
  if (header_bytes > got) {
    whole.resize(header_bytes);
    ASSIGN_OR_RETURN(const size_t all, file.ReadAt(byte, whole));
    if (all < header_bytes) return nothing;
    bytes = whole;
  }
  bytes = bytes.first(header_bytes);
  if (HeaderCrc(bytes) != crc) return nothing;
  base::ByteReader reader(bytes);
  FrameHeader header = ParseFrameHeader(reader);
  if (!reader.ok() || header.header_bytes() != header_bytes ||
      header.log_short != log_short.value_or(header.log_short) || header.frame_bytes() > limit - byte) {
    return nothing;
  }
  return std::optional<FrameHeader>(std::move(header));
}

Result<std::optional<base::Buffer>> ReadFrameBody(const base::io::File& file, uint64_t byte,
                                                  const FrameHeader& header) {
  const auto size = static_cast<size_t>(header.body_bytes);
  std::shared_ptr<std::byte[]> block(new std::byte[size]);  // not zeroed: it is read over at once
  const std::span<std::byte> into(block.get(), size);
  ASSIGN_OR_RETURN(const size_t got, file.ReadAt(byte + header.header_bytes(), into));
  if (got < size || base::Crc32c(into) != header.body_crc) return std::optional<base::Buffer>();
  return std::optional<base::Buffer>(base::Buffer(std::move(block), into));
}

}  // namespace renkei::hub::embedded
