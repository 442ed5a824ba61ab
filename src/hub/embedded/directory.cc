#include "hub/embedded/directory.h"

#include <algorithm>

#include "core/codes.h"

namespace renkei::hub::embedded {

namespace {

constexpr uint8_t kForm = 1;

void PutFrames(const std::vector<uint64_t>& frames, base::ByteWriter& writer) {
  writer.Varint(frames.size());
  uint64_t before = 0;
  for (uint64_t byte : frames) {
    writer.Varint((byte - before) / kFrameAlignment);
    before = byte;
  }
}

std::vector<uint64_t> GetFrames(base::ByteReader& reader) {
  std::vector<uint64_t> frames(reader.VarintUpTo(reader.left()));
  uint64_t byte = 0;
  for (uint64_t& frame : frames) frame = byte += reader.VarintUpTo(UINT32_MAX) * kFrameAlignment;
  return frames;
}

}  // namespace

void Directory::Add(uint64_t byte, const FrameHeader& header) {
  empty_ = false;
  if (!header.has_address()) return;
  if (header.kind != core::FrameKind::kChanges) others_.push_back(byte);
  for (const TableShare& share : header.tables) {
    Share& table = tables_[share.table];
    table.rows += share.rows;
    table.bytes += share.bytes;
    table.frames.push_back(byte);
  }
}

void Directory::Encode(base::ByteWriter& writer) const {
  writer.Fixed(kForm);
  writer.Varint(tables_.size());
  for (const auto& [table, share] : tables_) {
    writer.Varint(table.value);
    writer.Varint(share.rows);
    writer.Varint(share.bytes);
    PutFrames(share.frames, writer);
  }
  PutFrames(others_, writer);
}

Result<Directory> Directory::Decode(const base::Buffer& body) {
  base::ByteReader reader(body.bytes());
  Directory directory;
  if (reader.Fixed<uint8_t>() != kForm) reader.Fail();
  const size_t tables = reader.VarintUpTo(reader.left() / 4);
  for (size_t i = 0; i < tables && reader.ok(); ++i) {
    Share& share = directory.tables_[core::TableId{static_cast<uint32_t>(reader.VarintUpTo(UINT32_MAX))}];
    share.rows = reader.Varint();
    share.bytes = reader.Varint();
    share.frames = GetFrames(reader);
  }
  directory.others_ = GetFrames(reader);
  if (!reader.ok() || reader.left() != 0) {
    return Error(core::kMalformedBody, {{"what", "directory"}, {"byte", std::to_string(reader.place())}});
  }
  return directory;
}

std::vector<uint64_t> Directory::FramesOf(std::span<const core::TableId> tables) const {
  std::vector<uint64_t> frames = others_;
  for (core::TableId table : tables) {
    if (const auto found = tables_.find(table); found != tables_.end()) {
      frames.insert(frames.end(), found->second.frames.begin(), found->second.frames.end());
    }
  }
  std::sort(frames.begin(), frames.end());
  frames.erase(std::unique(frames.begin(), frames.end()), frames.end());
  return frames;
}

}  // namespace renkei::hub::embedded
