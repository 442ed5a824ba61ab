#include "hub/embedded/writer.h"

#include <algorithm>
#include <limits>
#include <set>

#include "base/kill_point.h"
#include "hub/embedded/codes.h"

namespace renkei::hub::embedded {

namespace {

void AddShare(const TableShare& share, std::vector<TableShare>& tables) {
  const auto at = std::lower_bound(
      tables.begin(), tables.end(), share,
      [](const TableShare& left, const TableShare& right) { return left.table < right.table; });
  if (at == tables.end() || at->table != share.table) {
    tables.insert(at, share);
    return;
  }
  at->rows += share.rows;
  at->bytes += share.bytes;
}

// Every table that a reader of it must see the set for, by table.
std::vector<TableShare> SharesOf(const core::ChangeSet& set) {
  std::vector<TableShare> tables;
  for (const core::Item& item : set.items) {
    if (const auto* batch = std::get_if<core::Batch>(&item)) {
      AddShare({batch->table, batch->rows, batch->size_bytes()}, tables);
    } else if (const auto* change = std::get_if<core::SchemaChange>(&item)) {
      AddShare({change->schema.table, 0, 0}, tables);
    } else {
      for (core::TableId table : std::get<core::Truncate>(item).tables) AddShare({table, 0, 0}, tables);
    }
  }
  return tables;
}

bool NeedsRepairsBit(const core::EntryBody& body) {
  if (const auto* tick = std::get_if<core::Tick>(&body)) return tick->lost != 0;
  return std::holds_alternative<core::Repair>(body) || std::holds_alternative<core::RepairMark>(body);
}

}  // namespace

Writer::Writer(EmbeddedLog& log, base::io::FileSystem& files, HubTime& time, const HubOptions& options,
               SegmentPtr active, std::shared_ptr<base::io::File> file)
    : log_(log),
      index_(log.index()),
      files_(files),
      time_(time),
      options_(options),
      active_(std::move(active)),
      file_(std::move(file)),
      directory_(log.directory()),
      log_short_(ShortId(log.id())),
      end_(index_.durable()),
      backfill_(files, log.folder()),
      sync_(std::make_unique<GroupSync>(index_, options.unsynced_bytes_max)) {
  sync_->SetFile(file_);
}

Writer::~Writer() {
  const bool synced = sync_->WaitAll().ok();
  sync_.reset();
  log_.WriterClosed(failure_.has_value() || !synced);
}

std::optional<core::AppendResult> Writer::Mismatch(core::Lane lane, const core::Position& prev) const {
  const auto& heads = state().heads;
  const auto found = heads.find(lane);
  core::Position head = found == heads.end() ? core::Position{} : found->second.position;
  if (head == prev) return std::nullopt;
  return core::AppendResult{false, end_.address, std::move(head)};
}

Status Writer::AddParts(const core::ChangeSet& set, std::vector<TableShare>& tables) const {
  for (const core::Transaction& transaction : set.transactions) {
    for (const core::PartPlace& place : transaction.parts) {
      const auto part = open_parts_.find({place.segment, place.byte});
      if (part == open_parts_.end()) {
        return Error(kUnknownPart, {{"log", log_.source()},
                                    {"segment", std::to_string(place.segment)},
                                    {"byte", std::to_string(place.byte)}});
      }
      for (const TableShare& share : part->second.tables) AddShare(share, tables);
    }
  }
  return {};
}

Status Writer::FindPreparedParts() {
  constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();
  for (const auto& [id, prepared] : state().prepared) {
    for (const core::PartPlace& place : prepared.parts) {
      const SegmentPtr segment = index_.SegmentByNumber(place.segment);
      std::optional<FrameHeader> header;
      if (segment != nullptr) {
        ASSIGN_OR_RETURN(const auto file, files_.Open(segment->path, base::io::OpenMode::kRead));
        ASSIGN_OR_RETURN(header, ReadFrameHeader(*file, place.byte, kNoLimit, log_short_));
      }
      if (!header.has_value() || header->kind != core::FrameKind::kPart) {
        return Error(kDamaged, {{"path", SegmentPath(log_.folder(), place.segment)},
                                {"byte", std::to_string(place.byte)},
                                {"reason", "the part of a prepared transaction is not whole"}});
      }
      open_parts_[{place.segment, place.byte}] = {prepared.lane, header->tables};
    }
  }
  return {};
}

void Writer::ForgetParts(core::Lane lane) {
  std::set<PlaceKey> kept;
  for (const auto& [id, prepared] : state().prepared) {
    for (const core::PartPlace& place : prepared.parts) kept.emplace(place.segment, place.byte);
  }
  std::erase_if(open_parts_,
                [&](const auto& part) { return part.second.lane == lane && !kept.contains(part.first); });
}

template <class Encode>
Result<uint64_t> Writer::Put(FrameHeader& header, Encode&& encode) {
  if (failure_.has_value()) return *failure_;
  RETURN_IF_ERROR(Fail(sync_->WaitForRoom()));
  CHECK_LE(header.tables.size(), kFrameTablesMax);
  const Place durable = index_.durable();
  header.log_short = log_short_;
  header.epoch = active_->header.epoch;
  header.address = end_.address;
  header.hub_time = time_.Now();
  header.synced_to = durable.address;
  header.synced_byte = durable.segment == end_.segment ? durable.byte : 0;
  frame_.Clear();
  frame_.Zeros(header.header_bytes());
  encode(frame_);
  if (frame_.size() - header.header_bytes() > kFrameBodyBytesMax) {
    return Error(kFrameTooLarge, {{"log", log_.source()}, {"bytes", std::to_string(frame_.size())}});
  }
  PatchFrameHeader(header, 0, frame_);
  frame_.Align(kFrameAlignment);
  RETURN_IF_ERROR(Fail(file_->WriteAt(end_.byte, frame_.bytes())));
  base::KillPoint("hub_after_write");
  const uint64_t byte = end_.byte;
  directory_.Add(byte, header);
  end_ = {end_.segment, byte + frame_.size(), header.next()};
  return byte;
}

template <class Encode>
Result<core::Address> Writer::PutEntry(FrameHeader& header, core::EntryBody body, size_t bytes,
                                       Encode&& encode) {
  if (end_.byte >= options_.segment_bytes && !directory_.empty()) RETURN_IF_ERROR(Fail(Roll()));
  ASSIGN_OR_RETURN(const uint64_t byte, Put(header, encode));
  const core::Entry entry{header.address,  header.next(), header.epoch,
                          header.hub_time, bytes,         std::move(body)};
  index_.Appended(end_.segment, byte, {entry, end_.byte, header.tables});
  sync_->Written(end_.byte - byte, end_);
  return header.address;
}

Result<core::AppendResult> Writer::Append(const core::ChangeSet& set) {
  if (failure_.has_value()) return *failure_;
  if (auto mismatch = Mismatch(set.lane, set.prev)) return std::move(*mismatch);
  FrameHeader header;
  header.transactions = static_cast<uint32_t>(set.transactions.size());
  header.tables = SharesOf(set);
  RETURN_IF_ERROR(AddParts(set, header.tables));
  // The copy shares the columns' memory.
  RETURN_IF_ERROR(PutEntry(header, std::make_shared<const core::ChangeSet>(set), set.size_bytes(),
                           [&](base::ByteWriter& frame) { core::EncodeChangeSet(set, frame); }));
  ForgetParts(set.lane);
  return core::AppendResult{true, end_.address, set.position};
}

Result<core::AppendResult> Writer::AppendTick(const core::Tick& tick) {
  if (failure_.has_value()) return *failure_;
  if (auto mismatch = Mismatch(tick.lane, tick.prev)) return std::move(*mismatch);
  RETURN_IF_ERROR(AppendFrame(tick));
  return core::AppendResult{true, end_.address, tick.position};
}

Result<core::Address> Writer::AppendFrame(const core::EntryBody& body) {
  FrameHeader header;
  header.kind = core::KindOf(body);
  CHECK(header.kind != core::FrameKind::kChanges);
  size_t bytes = 0;
  if (const auto* repair = std::get_if<core::Repair>(&body)) {
    bytes = repair->rows->size_bytes();
    header.tables = {{repair->rows->table, repair->rows->rows, bytes}};
  }
  if (NeedsRepairsBit(body) && (active_->header.required_bits & kRepairsBit) == 0) {
    RETURN_IF_ERROR(Fail(Roll(kRepairsBit)));
  }
  return PutEntry(header, body, bytes, [&](base::ByteWriter& frame) { core::EncodeBody(body, frame); });
}

Result<core::PartPlace> Writer::AppendPart(const core::ChangeSet& part) {
  if (failure_.has_value()) return *failure_;
  if (end_.byte >= options_.segment_bytes && !directory_.empty()) RETURN_IF_ERROR(Fail(Roll()));
  FrameHeader header;
  header.kind = core::FrameKind::kPart;
  header.tables = SharesOf(part);
  ASSIGN_OR_RETURN(const uint64_t byte,
                   Put(header, [&](base::ByteWriter& frame) { core::EncodeChangeSet(part, frame); }));
  open_parts_[{end_.segment, byte}] = {part.lane, header.tables};
  sync_->Written(end_.byte - byte, end_);
  return core::PartPlace{end_.segment, byte, part.rows()};
}

Result<std::pair<core::ChunkPlace, uint32_t>> Writer::AppendChunk(core::SnapshotId snapshot,
                                                                  const core::Batch& rows) {
  if (failure_.has_value()) return *failure_;
  FrameHeader header;
  header.log_short = log_short_;
  header.epoch = active_->header.epoch;
  header.address = end_.address;
  header.hub_time = time_.Now();
  header.synced_to = index_.durable().address;
  return Fail(backfill_.Append(log_.id(), header, snapshot, rows));
}

Status Writer::Sync() {
  if (failure_.has_value()) return *failure_;
  return Fail(sync_->WaitAll());
}

Status Writer::Roll(uint64_t more_bits) {
  FrameHeader header;
  header.kind = core::FrameKind::kDirectory;
  ASSIGN_OR_RETURN(const uint64_t directory,
                   Put(header, [&](base::ByteWriter& frame) { directory_.Encode(frame); }));
  sync_->Written(end_.byte - directory, end_);
  RETURN_IF_ERROR(sync_->WaitAll());
  base::KillPoint("segment_roll");
  FileHeader next = active_->header;
  next.number = active_->number() + 1;
  next.first = end_.address;
  next.hub_time = time_.Now();
  next.required_bits |= more_bits;
  next.previous_number = active_->number();
  next.previous_end = end_.byte;
  next.previous_directory = directory;
  next.parts_open = !open_parts_.empty();
  ASSIGN_OR_RETURN(NewSegment begun, MakeSegment(files_, log_.folder(), next, index_));
  index_.EndActive(end_, directory, next.hub_time);
  index_.BeginSegment(begun.segment, begun.first_frame);
  active_ = begun.segment;
  file_ = begun.file;
  end_ = begun.first_frame;
  directory_ = {};
  sync_->SetFile(file_);
  return {};
}

}  // namespace renkei::hub::embedded
