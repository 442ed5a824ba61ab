#include "hub/embedded/log.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/io/random.h"
#include "hub/embedded/codes.h"
#include "hub/embedded/reader.h"
#include "hub/embedded/writer.h"

namespace renkei::hub::embedded {

EmbeddedLog::EmbeddedLog(base::io::FileSystem& files, HubTime& time, const HubOptions& options,
                         std::string source, std::string folder)
    : files_(files),
      time_(time),
      options_(options),
      source_(std::move(source)),
      folder_(std::move(folder)),
      index_(options.recent_bytes_max) {}

Result<std::unique_ptr<EmbeddedLog>> EmbeddedLog::Open(base::io::FileSystem& files, HubTime& time,
                                                       const HubOptions& options, const std::string& source,
                                                       const std::string& folder) {
  RETURN_IF_ERROR(files.CreateFolders(folder + "/backfill"));
  std::unique_ptr<EmbeddedLog> log(new EmbeddedLog(files, time, options, source, folder));
  RETURN_IF_ERROR(log->Recover());
  return log;
}

Status EmbeddedLog::Recover() {
  ASSIGN_OR_RETURN(RecoveredLog recovered, RecoverLog(files_, folder_, options_.report));
  time_.NotBefore(recovered.last_time);
  FileHeader header;
  if (!id_.empty() && recovered.id != id_)
    return Error(kOtherLogThere, {{"path", folder_}, {"expected", id_}, {"found", recovered.id}});
  header.log = recovered.id.empty() ? base::io::RandomHex(16) : recovered.id;
  header.number = recovered.last_number + 1;
  header.epoch = core::Epoch{recovered.last_epoch.value + 1};
  header.first = recovered.end;
  header.hub_time = time_.Now();
  if (!recovered.segments.empty()) {
    const Segment& last = *recovered.segments.back();
    header.previous_number = last.number();
    header.previous_end = last.end_byte;
    header.previous_directory = last.directory_byte;
    header.required_bits = last.header.required_bits;
  }
  header.parts_open = !recovered.summary.state.prepared.empty();
  // Of a log that is recovered while it runs other threads read the id.
  if (id_.empty()) id_ = header.log;
  index_.Reset(std::move(recovered));
  index_.BeginEpoch(header.epoch, header.first);
  RETURN_IF_ERROR(RemoveOrphanedBackfills());
  ASSIGN_OR_RETURN(NewSegment begun, MakeSegment(files_, folder_, header, index_));
  directory_ = {};
  index_.BeginSegment(begun.segment, begun.first_frame);
  return {};
}

// Files of snapshots whose beginning never became durable.
Status EmbeddedLog::RemoveOrphanedBackfills() {
  const auto known = index_.backfills();
  ASSIGN_OR_RETURN(const std::vector<std::string> names, files_.List(folder_ + "/backfill"));
  for (const std::string& name : names) {
    const core::SnapshotId snapshot{static_cast<uint32_t>(NumberInName(name))};
    if (snapshot.value == 0 || known.count(snapshot) != 0) continue;
    RETURN_IF_ERROR(files_.Remove(BackfillPath(folder_, snapshot)));
  }
  return {};
}

core::Epoch EmbeddedLog::epoch() const { return index_.epochs().back().epoch; }

Status EmbeddedLog::RecoverIfDead() {
  std::lock_guard lock(writer_mutex_);
  return RecoverIfDeadLocked();
}

Status EmbeddedLog::RecoverIfDeadLocked() {
  if (!dead_ || writer_open_) return {};
  // After a failed write or sync only what a good sync covered is trusted: the rest may be in the system's
  // memory and nowhere else.
  const Place durable = index_.durable();
  ASSIGN_OR_RETURN(auto file,
                   files_.Open(SegmentPath(folder_, durable.segment), base::io::OpenMode::kReadWrite));
  RETURN_IF_ERROR(file->Truncate(durable.byte));
  RETURN_IF_ERROR(file->Sync());
  ASSIGN_OR_RETURN(const std::vector<std::string> names, files_.List(folder_));
  for (const std::string& name : names) {
    if (NumberInName(name) > durable.segment) RETURN_IF_ERROR(files_.Remove(folder_ + "/" + name));
  }
  RETURN_IF_ERROR(Recover());
  dead_ = false;
  return {};
}

Result<std::unique_ptr<core::LogWriter>> EmbeddedLog::OpenWriter() {
  std::unique_lock lock(writer_mutex_);
  if (writer_open_) return Error(kWriterBusy, {{"log", source_}});
  RETURN_IF_ERROR(RecoverIfDeadLocked());
  const SegmentPtr active = index_.SegmentByNumber(index_.durable().segment);
  ASSIGN_OR_RETURN(auto file, files_.Open(active->path, base::io::OpenMode::kReadWrite));
  auto writer = std::make_unique<Writer>(*this, files_, time_, options_, active, std::move(file));
  writer_open_ = true;
  if (Status found = writer->FindPreparedParts(); !found.ok()) {
    lock.unlock();  // the writer closes itself
    return found.error();
  }
  return std::unique_ptr<core::LogWriter>(std::move(writer));
}

std::unique_lock<std::mutex> EmbeddedLog::HoldRecovery() { return std::unique_lock(writer_mutex_); }

void EmbeddedLog::WriterClosed(bool dead) {
  std::lock_guard lock(writer_mutex_);
  writer_open_ = false;
  dead_ = dead;
}

Result<std::unique_ptr<core::LogReader>> EmbeddedLog::OpenReader(const core::ReadOptions& options) {
  const Place durable = index_.durable();
  if (options.from > durable.address) {
    return Error(kAddressBeyondEnd,
                 {{"log", source_}, {"address", Show(options.from)}, {"end", Show(durable.address)}});
  }
  const SegmentPtr segment = index_.SegmentAt(options.from);
  if (segment == nullptr) {
    return Error(kAddressGone, {{"log", source_}, {"address", Show(options.from)}, {"begin", Show(begin())}});
  }
  auto reader = std::make_unique<Reader>(*this, files_, options);
  RETURN_IF_ERROR(reader->Enter(segment));
  return std::unique_ptr<core::LogReader>(std::move(reader));
}

Status EmbeddedLog::CheckAddress(core::Epoch epoch, core::Address address) const {
  const std::vector<EpochStart> epochs = index_.epochs();
  const auto later = std::find_if(epochs.begin(), epochs.end(),
                                  [&](const EpochStart& start) { return start.epoch > epoch; });
  if (epoch > epochs.back().epoch || (later != epochs.end() && address > later->first)) {
    return Error(kOtherHistory,
                 {{"log", source_}, {"address", Show(address)}, {"epoch", fmt::format("{}", epoch.value)}});
  }
  if (address < begin()) {
    return Error(kAddressGone, {{"log", source_}, {"address", Show(address)}, {"begin", Show(begin())}});
  }
  if (const core::Address end = durable_end(); address > end) {
    return Error(kAddressBeyondEnd, {{"log", source_}, {"address", Show(address)}, {"end", Show(end)}});
  }
  return {};
}

uint64_t EmbeddedLog::size_bytes() const {
  uint64_t bytes = index_.segment_bytes();
  for (const auto& [snapshot, backfill] : index_.backfills()) {
    const Result<std::unique_ptr<base::io::File>> file =
        files_.Open(BackfillPath(folder_, snapshot), base::io::OpenMode::kRead);
    if (!file.ok()) continue;
    if (const Result<uint64_t> size = (*file)->Size(); size.ok()) bytes += *size;
  }
  return bytes;
}

Result<NewSegment> MakeSegment(base::io::FileSystem& files, const std::string& folder, FileHeader header,
                               const LogIndex& index) {
  FrameHeader frame;
  frame.kind = core::FrameKind::kState;
  frame.log_short = ShortId(header.log);
  frame.epoch = header.epoch;
  frame.address = header.first;
  frame.hub_time = header.hub_time;
  frame.synced_to = header.first;
  base::ByteWriter writer;
  EncodeFileHeader(header, writer);
  const size_t place = writer.size();
  writer.Align(kFrameAlignment);
  writer.Zeros(frame.header_bytes());
  index.EncodeSummary(writer);
  PatchFrameHeader(frame, place, writer);
  writer.Align(kFrameAlignment);

  NewSegment begun;
  begun.segment = std::make_shared<Segment>();
  begun.segment->path = SegmentPath(folder, header.number);
  begun.segment->header = header;
  begun.first_frame = {header.number, writer.size(), header.first};
  // A leftover of an attempt that failed: no reader and no other segment knows it.
  if (files.Exists(begun.segment->path)) RETURN_IF_ERROR(files.Remove(begun.segment->path));
  ASSIGN_OR_RETURN(begun.file, files.Open(begun.segment->path, base::io::OpenMode::kCreateNew));
  RETURN_IF_ERROR(begun.file->WriteAt(0, writer.bytes()));
  RETURN_IF_ERROR(begun.file->Sync());
  RETURN_IF_ERROR(files.SyncFolder(folder));
  return begun;
}

}  // namespace renkei::hub::embedded
