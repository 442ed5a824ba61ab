#include "hub/embedded/recovery.h"

#include <algorithm>

#include "hub/embedded/codes.h"
#include "hub/embedded/scan.h"

namespace renkei::hub::embedded {

namespace {

Error Damaged(const std::string& path, uint64_t byte, std::string reason) {
  return Error(kDamaged, {{"path", path}, {"byte", std::to_string(byte)}, {"reason", std::move(reason)}});
}

class Recovery {
 public:
  Recovery(base::io::FileSystem& files, const std::string& folder, const Report& report)
      : files_(files), folder_(folder), report_(report) {}

  Result<RecoveredLog> Run() {
    RETURN_IF_ERROR(ReadHeaders());
    while (!log_.segments.empty()) {
      ASSIGN_OR_RETURN(const bool begun, ScanLast());
      if (begun) break;
      // The machine stopped while the segment was being begun: nothing in it was ever durable.
      RETURN_IF_ERROR(DropLast());
    }
    if (!log_.segments.empty()) log_.id = log_.segments.front()->header.log;
    return std::move(log_);
  }

 private:
  Status ReadHeaders() {
    ASSIGN_OR_RETURN(const std::vector<std::string> names, files_.List(folder_));
    std::vector<uint64_t> numbers;
    for (const std::string& name : names) {
      if (const uint64_t number = NumberInName(name); number != 0) numbers.push_back(number);
    }
    std::sort(numbers.begin(), numbers.end());
    for (uint64_t number : numbers) {
      log_.last_number = number;
      RETURN_IF_ERROR(ReadHeader(number, number == numbers.back()));
    }
    return {};
  }

  Status ReadHeader(uint64_t number, bool last) {
    auto segment = std::make_shared<Segment>();
    segment->path = SegmentPath(folder_, number);
    ASSIGN_OR_RETURN(auto file, files_.Open(segment->path, base::io::OpenMode::kRead));
    Result<FileHeader> header = ReadFileHeader(*file, segment->path);
    if (!header.ok()) {
      if (!last || header.error().code() != kDamaged) return header.error();
      ASSIGN_OR_RETURN(const bool used, WasUsed(*file));
      if (used) return header.error();
      return files_.Remove(segment->path);
    }
    segment->header = std::move(*header);
    if (!log_.segments.empty()) {
      Segment& before = *log_.segments.back();
      if (segment->header.previous_number != before.number() || segment->header.log != before.header.log) {
        return Error(kSegmentMissing, {{"path", segment->path},
                                       {"previous", std::to_string(segment->header.previous_number)}});
      }
      End(before, segment->header.previous_end, segment->header.previous_directory, segment->header.first,
          segment->header.hub_time);
    }
    log_.last_epoch = std::max(log_.last_epoch, segment->header.epoch);
    log_.segments.push_back(std::move(segment));
    return {};
  }

  // Whether frames in it say that its beginning had been durable.
  Result<bool> WasUsed(const base::io::File& file) {
    ASSIGN_OR_RETURN(const uint64_t file_bytes, file.Size());
    std::optional<uint32_t> log_short;
    if (!log_.segments.empty()) log_short = ShortId(log_.segments.front()->header.log);
    ASSIGN_OR_RETURN(const uint64_t synced, SyncedAsSaidAfter(file, 0, file_bytes, log_short));
    return synced > 0;
  }

  static void End(Segment& segment, uint64_t byte, uint64_t directory, core::Address address,
                  base::WallTime time) {
    segment.ended = true;
    segment.end_byte = byte;
    segment.directory_byte = directory;
    segment.end = address;
    segment.end_time = time;
  }

  // Reads the last segment to its end, cuts what is torn, and makes the rest durable. False if it had not
  // really begun.
  Result<bool> ScanLast() {
    Segment& last = *log_.segments.back();
    ASSIGN_OR_RETURN(auto file, files_.Open(last.path, base::io::OpenMode::kReadWrite));
    ASSIGN_OR_RETURN(const uint64_t file_bytes, file->Size());
    FrameScan scan(*file, last.header, file_bytes);
    ASSIGN_OR_RETURN(std::optional<ScannedFrame> frame, scan.Next());
    if (frame.has_value() && frame->header.kind != core::FrameKind::kState) {
      return Damaged(last.path, frame->byte, "a segment must begin with its state frame");
    }
    uint64_t directory = 0;
    log_.last_time = last.header.hub_time;
    const bool begun = frame.has_value();
    for (; frame.has_value();) {
      RETURN_IF_ERROR(Take(*frame));
      if (frame->header.kind == core::FrameKind::kDirectory) directory = frame->byte;
      ASSIGN_OR_RETURN(frame, scan.Next());
    }
    ASSIGN_OR_RETURN(const uint64_t synced,
                     SyncedAsSaidAfter(*file, scan.byte(), file_bytes, ShortId(last.header.log)));
    if (synced > scan.byte()) {
      return Damaged(last.path, scan.byte(), "a later frame says that what stood here was durable");
    }
    if (!begun) return false;
    if (scan.byte() < file_bytes) {
      report_(Error(kTornTailCut, {{"path", last.path},
                                   {"byte", std::to_string(scan.byte())},
                                   {"bytes", std::to_string(file_bytes - scan.byte())}}));
      RETURN_IF_ERROR(file->Truncate(scan.byte()));
    }
    RETURN_IF_ERROR(file->Sync());
    log_.end = scan.address();
    End(last, scan.byte(), directory, log_.end, log_.last_time);
    return true;
  }

  Status Take(const ScannedFrame& frame) {
    log_.last_time = std::max(log_.last_time, frame.header.hub_time);
    switch (frame.header.kind) {
      case core::FrameKind::kState: {
        ASSIGN_OR_RETURN(log_.summary, DecodeSummary(frame.body));
        log_.summary.state.end = log_.segments.back()->header.first;
        return {};
      }
      case core::FrameKind::kPart:
      case core::FrameKind::kDirectory:
        return {};
      default: {
        ASSIGN_OR_RETURN(const core::Entry entry, DecodeEntry(frame.header, frame.body));
        log_.summary.Apply(entry);
        return {};
      }
    }
  }

  Status DropLast() {
    const std::string path = log_.segments.back()->path;
    log_.segments.pop_back();
    log_.summary = {};
    return files_.Remove(path);
  }

  base::io::FileSystem& files_;
  const std::string& folder_;
  const Report& report_;
  RecoveredLog log_;
};

}  // namespace

Result<RecoveredLog> RecoverLog(base::io::FileSystem& files, const std::string& folder,
                                const Report& report) {
  return Recovery(files, folder, report).Run();
}

}  // namespace renkei::hub::embedded
