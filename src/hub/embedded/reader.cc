#include "hub/embedded/reader.h"

#include <algorithm>
#include <limits>

#include "hub/embedded/codes.h"
#include "hub/embedded/directory.h"
#include "hub/embedded/scan.h"

namespace renkei::hub::embedded {

namespace {

constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();

}  // namespace

Reader::Reader(EmbeddedLog& log, base::io::FileSystem& files, const core::ReadOptions& options)
    : log_(log),
      index_(log.index()),
      files_(files),
      from_(options.from),
      tables_(options.tables),
      log_short_(ShortId(log.id())),
      position_(options.from),
      backfill_(files, log.folder()) {}

Error Reader::Damaged(const std::string& path, uint64_t byte, std::string reason) const {
  return Error(kDamaged, {{"path", path}, {"byte", std::to_string(byte)}, {"reason", std::move(reason)}});
}

Status Reader::Enter(SegmentPtr segment) {
  Result<std::unique_ptr<base::io::File>> file = files_.Open(segment->path, base::io::OpenMode::kRead);
  if (!file.ok()) {
    if (index_.SegmentByNumber(segment->number()) != nullptr) return file.error();
    return Error(kAddressGone,
                 {{"log", log_.source()}, {"address", Show(position_)}, {"begin", Show(index_.begin())}});
  }
  file_ = std::move(*file);
  segment_ = std::move(segment);
  byte_ = segment_->header.header_bytes;
  stops_.reset();
  const uint64_t directory_byte = tables_.empty() ? 0 : index_.DirectoryOf(segment_->number());
  if (directory_byte == 0) return {};
  ASSIGN_OR_RETURN(const auto header, ReadFrameHeader(*file_, directory_byte, kNoLimit, log_short_));
  if (!header.has_value() || header->kind != core::FrameKind::kDirectory) {
    return Damaged(segment_->path, directory_byte, "the segment's table directory is not whole");
  }
  ASSIGN_OR_RETURN(const auto body, ReadFrameBody(*file_, directory_byte, *header));
  if (!body.has_value()) {
    return Damaged(segment_->path, directory_byte, "the segment's table directory is not whole");
  }
  ASSIGN_OR_RETURN(const Directory directory, Directory::Decode(*body));
  stops_ = directory.FramesOf(tables_);
  byte_ = stops_->empty() ? kNoLimit : stops_->front();
  return {};
}

bool Reader::IsWanted(core::Address next, bool changes, const std::vector<TableShare>& tables) const {
  if (next <= from_) return false;
  if (!changes || tables_.empty()) return true;
  return std::any_of(tables.begin(), tables.end(), [&](const TableShare& share) {
    return std::find(tables_.begin(), tables_.end(), share.table) != tables_.end();
  });
}

void Reader::Advance(uint64_t end_byte, core::Address next) {
  position_ = std::max(position_, next);
  byte_ = end_byte;
  if (!stops_.has_value()) return;
  const auto stop = std::lower_bound(stops_->begin(), stops_->end(), end_byte);
  byte_ = stop == stops_->end() ? kNoLimit : *stop;
}

Result<std::optional<core::Entry>> Reader::Next() {
  while (true) {
    Sight sight = index_.Look(segment_->number(), byte_);
    switch (sight.kind) {
      case Sight::Kind::kNothingYet:
        return std::optional<core::Entry>();
      case Sight::Kind::kGone:
        return Error(kAddressGone,
                     {{"log", log_.source()}, {"address", Show(position_)}, {"begin", Show(index_.begin())}});
      case Sight::Kind::kSegmentEnd:
        position_ = std::max(position_, sight.next->header.first);
        RETURN_IF_ERROR(Enter(std::move(sight.next)));
        continue;
      case Sight::Kind::kFrame:
        break;
    }
    if (sight.recent.has_value()) {
      const core::Entry& entry = sight.recent->entry;
      const bool changes = std::holds_alternative<core::Changes>(entry.body);
      const bool wanted = IsWanted(entry.next, changes, sight.recent->tables);
      Advance(sight.recent->end_byte, entry.next);
      if (wanted) return std::optional<core::Entry>(std::move(sight.recent->entry));
      continue;
    }
    ASSIGN_OR_RETURN(std::optional<core::Entry> entry, ReadFrame());
    if (entry.has_value()) return entry;
  }
}

Result<std::optional<core::Entry>> Reader::ReadFrame() {
  const uint64_t byte = byte_;
  ASSIGN_OR_RETURN(const auto header, ReadFrameHeader(*file_, byte, kNoLimit, log_short_));
  if (!header.has_value() || header->epoch != segment_->header.epoch) {
    return Damaged(segment_->path, byte, "the frame's header is not whole");
  }
  const bool wanted = header->has_address() &&
                      IsWanted(header->next(), header->kind == core::FrameKind::kChanges, header->tables);
  std::optional<core::Entry> entry;
  if (wanted) {
    ASSIGN_OR_RETURN(const auto body, ReadFrameBody(*file_, byte, *header));
    if (!body.has_value()) return Damaged(segment_->path, byte, "the frame's checksum is wrong");
    ASSIGN_OR_RETURN(entry, DecodeEntry(*header, *body));
  }
  Advance(byte + header->frame_bytes(), header->next());
  return entry;
}

Result<core::Changes> Reader::ReadPart(const core::PartPlace& place) {
  const SegmentPtr segment = index_.SegmentByNumber(place.segment);
  if (segment == nullptr) {
    return Error(kAddressGone,
                 {{"log", log_.source()}, {"address", Show(position_)}, {"begin", Show(index_.begin())}});
  }
  if (part_segment_ != place.segment) {
    ASSIGN_OR_RETURN(part_file_, files_.Open(segment->path, base::io::OpenMode::kRead));
    part_segment_ = place.segment;
  }
  const Error damaged = Damaged(segment->path, place.byte, "the part that a transaction names is not whole");
  ASSIGN_OR_RETURN(const auto header, ReadFrameHeader(*part_file_, place.byte, kNoLimit, log_short_));
  if (!header.has_value() || header->kind != core::FrameKind::kPart) return damaged;
  ASSIGN_OR_RETURN(const auto body, ReadFrameBody(*part_file_, place.byte, *header));
  if (!body.has_value()) return damaged;
  return core::DecodeChangeSet(*body);
}

Result<core::Batch> Reader::ReadChunk(const core::ChunkPlace& place) {
  return backfill_.Read(log_short_, place);
}

}  // namespace renkei::hub::embedded
