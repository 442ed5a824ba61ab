#include "tests/doubles/memory_log.h"

#include <algorithm>

#include "core/batch_builder.h"
#include "hub/embedded/codes.h"

namespace renkei::doubles {

namespace {

namespace codes = hub::embedded;

constexpr uint64_t kDropEvery = 5;

Error AtAddress(Code code, const std::string& log, core::Address address) {
  return Error(code, {{"log", log}, {"address", std::to_string(address.offset.value)}});
}

// Whether a reader of these tables must see the set. Of a set with parts nothing is known, so it must.
bool Touches(const core::ChangeSet& set, const std::vector<core::TableId>& tables) {
  const auto wanted = [&](core::TableId table) {
    return std::find(tables.begin(), tables.end(), table) != tables.end();
  };
  for (const core::Transaction& transaction : set.transactions) {
    if (!transaction.parts.empty()) return true;
  }
  return std::any_of(set.items.begin(), set.items.end(), [&](const core::Item& item) {
    if (const auto* batch = std::get_if<core::Batch>(&item)) return wanted(batch->table);
    if (const auto* change = std::get_if<core::SchemaChange>(&item)) return wanted(change->schema.table);
    const auto& truncated = std::get<core::Truncate>(item).tables;
    return std::any_of(truncated.begin(), truncated.end(), wanted);
  });
}

// The rows twice over.
core::Batch Doubled(const core::Batch& rows) {
  core::TableSchema schema;
  schema.table = rows.table;
  schema.id = rows.schema;
  schema.generation = rows.generation;
  for (const core::Column& column : rows.after) {
    core::ColumnSchema of;
    of.type = column.type();
    schema.columns.push_back(of);
  }
  core::BatchBuilder builder(schema, {});
  for (uint32_t i = 0; i < rows.rows * 2; ++i) {
    builder.BeginRow(core::Operation::kRead, 0, i);
    for (size_t c = 0; c < rows.after.size(); ++c) builder.after()[c].CopyFrom(rows.after[c], i % rows.rows);
  }
  return builder.Finish();
}

}  // namespace

class MemoryWriter final : public core::LogWriter {
 public:
  explicit MemoryWriter(MemoryLog& log) : log_(log) {}
  ~MemoryWriter() override {
    (void)Sync();
    std::lock_guard lock(log_.mutex_);
    log_.writer_open_ = false;
  }

  Result<core::AppendResult> Append(const core::ChangeSet& set) override {
    std::lock_guard lock(log_.mutex_);
    if (auto mismatch = Mismatch(set.lane, set.prev)) return *mismatch;
    for (const core::Transaction& transaction : set.transactions) {
      for (const core::PartPlace& part : transaction.parts) {
        if (part.byte >= log_.parts_.size()) return Error(codes::kUnknownPart, {{"log", log_.source_}});
      }
    }
    log_.Push(std::make_shared<const core::ChangeSet>(set), static_cast<uint32_t>(set.transactions.size()),
              set.size_bytes());
    return core::AppendResult{true, log_.end(), set.position};
  }

  Result<core::AppendResult> AppendTick(const core::Tick& tick) override {
    std::lock_guard lock(log_.mutex_);
    if (auto mismatch = Mismatch(tick.lane, tick.prev)) return *mismatch;
    log_.Push(tick, 0, 0);
    return core::AppendResult{true, log_.end(), tick.position};
  }

  Result<core::PartPlace> AppendPart(const core::ChangeSet& part) override {
    std::lock_guard lock(log_.mutex_);
    log_.parts_.push_back(std::make_shared<const core::ChangeSet>(part));
    return core::PartPlace{1, log_.parts_.size() - 1, part.rows()};
  }

  Result<core::Address> AppendFrame(const core::EntryBody& body) override {
    std::lock_guard lock(log_.mutex_);
    const auto* repair = std::get_if<core::Repair>(&body);
    return log_.Push(body, 0, repair == nullptr ? 0 : repair->rows->size_bytes()).address;
  }

  Result<std::pair<core::ChunkPlace, uint32_t>> AppendChunk(core::SnapshotId snapshot,
                                                            const core::Batch& rows) override {
    std::lock_guard lock(log_.mutex_);
    const core::ChunkPlace place{snapshot, log_.chunks_.size()};
    log_.chunks_[{snapshot.value, place.byte}] =
        log_.fault_ == HubFault::kDoublesChunk ? Doubled(rows) : rows;
    return std::pair(place, uint32_t{0});
  }

  Status Sync() override {
    log_.MakeDurable();
    return {};
  }
  const core::LogState& state() const override { return log_.state_; }

 private:
  std::optional<core::AppendResult> Mismatch(core::Lane lane, const core::Position& prev) const {
    const auto found = log_.state_.heads.find(lane);
    const core::Position head = found == log_.state_.heads.end() ? core::Position{} : found->second.position;
    if (head == prev || log_.fault_ == HubFault::kTakesAnyPrev) return std::nullopt;
    return core::AppendResult{false, log_.end(), head};
  }
  MemoryLog& log_;
};

class MemoryReader final : public core::LogReader {
 public:
  MemoryReader(MemoryLog& log, core::ReadOptions options)
      : log_(log), options_(std::move(options)), position_(options_.from) {
    const auto at = std::find_if(log_.frames_.begin(), log_.frames_.end(),
                                 [&](const core::Entry& entry) { return entry.next > options_.from; });
    next_ = static_cast<size_t>(at - log_.frames_.begin());
  }

  Result<std::optional<core::Entry>> Next() override {
    std::lock_guard lock(log_.mutex_);
    const size_t visible =
        log_.fault_ == HubFault::kShowsUnsynced ? log_.frames_.size() : log_.durable_frames_;
    while (next_ < visible) {
      const core::Entry& entry = log_.frames_[next_++];
      position_ = std::max(position_, entry.next);
      if (IsWanted(entry)) return std::optional(entry);
    }
    return std::optional<core::Entry>();
  }

  core::Address position() const override { return position_; }

  Result<core::Changes> ReadPart(const core::PartPlace& place) override {
    std::lock_guard lock(log_.mutex_);
    if (place.byte >= log_.parts_.size()) return AtAddress(codes::kAddressGone, log_.source_, position_);
    return log_.parts_[place.byte];
  }

  Result<core::Batch> ReadChunk(const core::ChunkPlace& place) override {
    std::lock_guard lock(log_.mutex_);
    const auto found = log_.chunks_.find({place.snapshot.value, place.byte});
    if (found == log_.chunks_.end()) {
      return Error(codes::kChunkGone, {{"path", log_.source_}, {"byte", std::to_string(place.byte)}});
    }
    return found->second;
  }

 private:
  bool IsWanted(const core::Entry& entry) const {
    if (options_.tables.empty()) return true;
    const auto* set = std::get_if<core::Changes>(&entry.body);
    if (set == nullptr) return log_.fault_ != HubFault::kForgetsFilter;
    return Touches(**set, options_.tables);
  }

  MemoryLog& log_;
  const core::ReadOptions options_;
  core::Address position_;
  size_t next_ = 0;
};

MemoryLog::MemoryLog(std::string source, core::LogId id, HubFault fault)
    : source_(std::move(source)), id_(std::move(id)), fault_(fault), epochs_({{core::Epoch{1}, {}}}) {}

core::Entry& MemoryLog::Push(core::EntryBody body, uint32_t transactions, size_t bytes) {
  core::Entry entry;
  entry.address = end();
  entry.next = transactions > 0 ? core::Address{core::Offset{entry.address.offset.value + transactions}, 0}
                                : core::Address{entry.address.offset, entry.address.sub + 1};
  entry.epoch = epochs_.back().first;
  entry.hub_time = base::WallTime{static_cast<int64_t>(frames_.size())};
  entry.bytes = bytes;
  entry.body = std::move(body);
  state_.Apply(entry);
  if (fault_ == HubFault::kDropsFrame && ++appended_ % kDropEvery == 0 && !frames_.empty()) {
    frames_.back().next = entry.next;
    return frames_.back();
  }
  frames_.push_back(std::move(entry));
  return frames_.back();
}

void MemoryLog::MakeDurable() {
  {
    std::lock_guard lock(mutex_);
    durable_frames_ = frames_.size();
  }
  std::lock_guard lock(watchers_mutex_);
  for (base::Notifier* watcher : watchers_) watcher->Notify();
}

std::unique_ptr<MemoryLog> MemoryLog::AfterCrash() const {
  std::lock_guard lock(mutex_);
  auto after = std::make_unique<MemoryLog>(source_, id_, fault_);
  size_t left = durable_frames_;
  if (fault_ == HubFault::kLosesSynced && left > 0) --left;
  after->frames_.assign(frames_.begin(), frames_.begin() + static_cast<ptrdiff_t>(left));
  after->durable_frames_ = left;
  for (const core::Entry& entry : after->frames_) after->state_.Apply(entry);
  after->epochs_ = epochs_;
  after->epochs_.emplace_back(core::Epoch{epochs_.back().first.value + 1}, after->end());
  after->parts_ = parts_;
  after->chunks_ = chunks_;
  return after;
}

core::Epoch MemoryLog::epoch() const {
  std::lock_guard lock(mutex_);
  return epochs_.back().first;
}

core::Address MemoryLog::durable_end() const {
  std::lock_guard lock(mutex_);
  return durable_frames_ == 0 ? core::Address{} : frames_[durable_frames_ - 1].next;
}

core::LogState MemoryLog::State() const {
  std::lock_guard lock(mutex_);
  return state_;
}

Result<std::unique_ptr<core::LogWriter>> MemoryLog::OpenWriter() {
  std::lock_guard lock(mutex_);
  if (writer_open_) return Error(codes::kWriterBusy, {{"log", source_}});
  writer_open_ = true;
  return std::unique_ptr<core::LogWriter>(std::make_unique<MemoryWriter>(*this));
}

Result<std::unique_ptr<core::LogReader>> MemoryLog::OpenReader(const core::ReadOptions& options) {
  if (options.from > durable_end()) return AtAddress(codes::kAddressBeyondEnd, source_, options.from);
  if (options.from < begin()) return AtAddress(codes::kAddressGone, source_, options.from);
  std::lock_guard lock(mutex_);
  return std::unique_ptr<core::LogReader>(std::make_unique<MemoryReader>(*this, options));
}

Status MemoryLog::CheckAddress(core::Epoch epoch, core::Address address) const {
  {
    std::lock_guard lock(mutex_);
    const auto later =
        std::find_if(epochs_.begin(), epochs_.end(), [&](const auto& start) { return start.first > epoch; });
    if (epoch > epochs_.back().first || (later != epochs_.end() && address > later->second)) {
      return AtAddress(codes::kOtherHistory, source_, address);
    }
  }
  if (address > durable_end()) return AtAddress(codes::kAddressBeyondEnd, source_, address);
  if (address < begin()) return AtAddress(codes::kAddressGone, source_, address);
  return {};
}

core::Address MemoryLog::begin() const {
  std::lock_guard lock(mutex_);
  return begin_;
}

void MemoryLog::ForgetBefore(core::Address address) {
  std::lock_guard lock(mutex_);
  begin_ = address;
}

void MemoryLog::Watch(base::Notifier* notifier) {
  std::lock_guard lock(watchers_mutex_);
  watchers_.push_back(notifier);
}

void MemoryLog::Unwatch(base::Notifier* notifier) {
  std::lock_guard lock(watchers_mutex_);
  std::erase(watchers_, notifier);
}

uint64_t MemoryLog::size_bytes() const {
  std::lock_guard lock(mutex_);
  uint64_t bytes = 0;
  for (const core::Entry& entry : frames_) bytes += entry.bytes;
  return bytes;
}

}  // namespace renkei::doubles
