#include "hub/embedded/backfill.h"

#include "hub/embedded/codes.h"
#include "hub/embedded/segment.h"

namespace renkei::hub::embedded {

Status BackfillWriter::Open(const core::LogId& log, const FrameHeader& header, core::SnapshotId snapshot) {
  file_.reset();
  const std::string path = BackfillPath(folder_, snapshot);
  if (files_.Exists(path)) {
    ASSIGN_OR_RETURN(auto file, files_.Open(path, base::io::OpenMode::kReadWrite));
    ASSIGN_OR_RETURN(const uint64_t size, file->Size());
    if (size >= kFileHeaderBytes && ReadFileHeader(*file, path).ok()) {
      file_ = std::move(file);
      end_byte_ = AlignFrame(size);
      snapshot_ = snapshot;
      return {};
    }
    RETURN_IF_ERROR(files_.Remove(path));  // made, but never durable: no chunk stands in it
  }
  FileHeader first;
  first.log = log;
  first.kind = FileKind::kBackfill;
  first.number = snapshot.value;
  first.epoch = header.epoch;
  first.first = header.address;
  first.hub_time = header.hub_time;
  base::ByteWriter writer;
  EncodeFileHeader(first, writer);
  ASSIGN_OR_RETURN(auto file, files_.Open(path, base::io::OpenMode::kCreateNew));
  RETURN_IF_ERROR(file->WriteAt(0, writer.bytes()));
  RETURN_IF_ERROR(file->Sync());
  RETURN_IF_ERROR(files_.SyncFolder(folder_ + "/backfill"));
  file_ = std::move(file);
  end_byte_ = kFileHeaderBytes;
  snapshot_ = snapshot;
  return {};
}

Result<std::pair<core::ChunkPlace, uint32_t>> BackfillWriter::Append(const core::LogId& log,
                                                                     FrameHeader header,
                                                                     core::SnapshotId snapshot,
                                                                     const core::Batch& rows) {
  if (file_ == nullptr || snapshot_ != snapshot) RETURN_IF_ERROR(Open(log, header, snapshot));
  header.kind = core::FrameKind::kRows;
  header.tables = {{rows.table, rows.rows, rows.size_bytes()}};
  header.synced_byte = end_byte_;
  frame_.Clear();
  frame_.Zeros(header.header_bytes());
  core::EncodeRows(rows, frame_);
  PatchFrameHeader(header, 0, frame_);
  frame_.Align(kFrameAlignment);
  RETURN_IF_ERROR(file_->WriteAt(end_byte_, frame_.bytes()));
  RETURN_IF_ERROR(file_->Sync());
  const core::ChunkPlace place{snapshot, end_byte_};
  end_byte_ += frame_.size();
  return std::pair(place, header.body_crc);
}

Result<core::Batch> BackfillReader::Read(uint32_t log_short, const core::ChunkPlace& place) {
  const std::string path = BackfillPath(folder_, place.snapshot);
  if (file_ == nullptr || snapshot_ != place.snapshot) {
    if (!files_.Exists(path)) {
      return Error(kChunkGone, {{"path", path}, {"byte", std::to_string(place.byte)}});
    }
    ASSIGN_OR_RETURN(file_, files_.Open(path, base::io::OpenMode::kRead));
    snapshot_ = place.snapshot;
  }
  const Error damaged(kDamaged, {{"path", path},
                                 {"byte", std::to_string(place.byte)},
                                 {"reason", "the chunk that a marker names is not whole"}});
  ASSIGN_OR_RETURN(const uint64_t size, file_->Size());
  ASSIGN_OR_RETURN(const auto header, ReadFrameHeader(*file_, place.byte, size, log_short));
  if (!header.has_value() || header->kind != core::FrameKind::kRows) return damaged;
  ASSIGN_OR_RETURN(const auto body, ReadFrameBody(*file_, place.byte, *header));
  if (!body.has_value()) return damaged;
  return core::DecodeRows(*body);
}

}  // namespace renkei::hub::embedded
