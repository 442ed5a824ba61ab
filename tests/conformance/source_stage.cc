#include "tests/conformance/source_stage.h"

#include <algorithm>
#include <set>

#include "tests/conformance/sink_driver.h"
#include "tests/conformance/sink_suite.h"
#include "tests/doubles/memory_sink.h"
#include "tests/doubles/silent_observer.h"

namespace renkei::conformance {

namespace {

constexpr auto kPatience = std::chrono::seconds(60);
constexpr int kAttemptsMax = 20;

std::vector<core::Entry> AllEntries(core::Log& log) {
  auto reader = log.OpenReader({});
  CHECK(reader.ok());
  std::vector<core::Entry> entries;
  while (true) {
    auto entry = (*reader)->Next();
    CHECK(entry.ok());
    if (!entry->has_value()) return entries;
    entries.push_back(std::move(**entry));
  }
}

// Judges a log entry by entry.
class LogJudge {
 public:
  LogJudge(core::Source& source, Verdict& verdict) : source_(source), verdict_(verdict) {}

  void Take(const core::Entry& entry) {
    if (const auto* set = std::get_if<core::Changes>(&entry.body)) TakeSet(**set);
    if (const auto* marker = std::get_if<core::ChunkMarker>(&entry.body)) TakeMarker(*marker);
    state_.Apply(entry);
  }

 private:
  void TakeSet(const core::ChangeSet& set) {
    verdict_.Expect(!set.transactions.empty(), "a set has transactions");
    const auto order = source_.Compare(set.prev, set.position);
    verdict_.Expect(set.prev.empty() || order == core::PositionOrder::kBefore, "positions rise");
    std::vector<uint64_t> rows(set.transactions.size());
    for (const core::Item& item : set.items) {
      if (const auto* batch = std::get_if<core::Batch>(&item)) TakeBatch(*batch, rows);
    }
    for (size_t i = 0; i < rows.size(); ++i) {
      const core::Transaction& transaction = set.transactions[i];
      verdict_.Equal(uint64_t{transaction.rows}, rows[i], "rows of transaction " + transaction.id);
      verdict_.Expect(ids_.insert(transaction.id).second, "transaction " + transaction.id + " comes once");
      verdict_.Expect(source_.Contains(set.position, transaction.id), "a position contains its transactions");
      verdict_.Expect(set.prev.empty() || !source_.Contains(set.prev, transaction.id),
                      "and the one before does not");
    }
  }

  void TakeBatch(const core::Batch& batch, std::vector<uint64_t>& rows) {
    const auto schema = state_.schemas.find(batch.schema);
    if (!verdict_.Expect(schema != state_.schemas.end(), "a batch's schema stands before it")) return;
    verdict_.Expect(schema->second.table == batch.table, "and is its table's");
    verdict_.Equal(schema->second.columns.size(), batch.after.size(), "columns of a batch");
    for (uint32_t transaction : batch.transactions.as<uint32_t>()) rows.at(transaction) += 1;
  }

  void TakeMarker(const core::ChunkMarker& marker) {
    const auto found = state_.snapshots.find(marker.table);
    if (!verdict_.Expect(found != state_.snapshots.end(), "a copy's beginning stands before its chunks")) {
      return;
    }
    const core::SnapshotState& snapshot = found->second;
    verdict_.Expect(snapshot.begin.snapshot == marker.snapshot, "a chunk is of the open snapshot");
    verdict_.Expect(!snapshot.ended, "no chunk comes after the copy's end");
    verdict_.Equal(snapshot.chunks, marker.number, "the number of a chunk");
    verdict_.Expect(snapshot.copied_to == marker.lower, "chunks join");
  }

  core::Source& source_;
  Verdict& verdict_;
  core::LogState state_;
  std::set<std::string> ids_;
};

}  // namespace

SourceStage::SourceStage(SourceHarness& harness, Verdict& verdict)
    : harness_(harness), verdict_(verdict), source_(harness.Make()) {
  const Result<core::Log*> log = hub_.OpenLog("shop");
  CHECK(log.ok());
  log_ = *log;
  log_->Watch(&grown_);
}

SourceStage::~SourceStage() {
  Stop();
  log_->Unwatch(&grown_);
}

void SourceStage::Start() {
  running_ = true;
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

void SourceStage::Run(std::stop_token stop) {
  doubles::SilentObserver observer;
  for (int attempt = 0; attempt < kAttemptsMax && !stop.stop_requested(); ++attempt) {
    core::CaptureContext context{*log_, budget_, orders_, observer, "conformance"};
    const Status status = source_->Capture(context, stop);
    if (status.ok()) break;
    std::lock_guard lock(mutex_);
    failure_ = status.error();
  }
  running_ = false;
  grown_.Notify();
}

void SourceStage::Stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void SourceStage::OrderCopy(const std::string& table) {
  ordered_at_[table] = log_->State().next_snapshot;
  orders_.Push({LogScript::Qualified(table), {kSinkName}});
}

bool SourceStage::WaitUntil(const std::function<bool()>& condition, const std::string& what) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  uint64_t seen = grown_.count();
  while (!condition()) {
    if (!running_ || std::chrono::steady_clock::now() > deadline) {
      std::lock_guard lock(mutex_);
      return verdict_.Expect(false, what + " in time" + (failure_ ? "; " + failure_->Debug() : ""));
    }
    seen = grown_.WaitBeyond(seen, std::chrono::milliseconds(100));
  }
  return true;
}

bool SourceStage::WaitCaughtUp() {
  const Result<core::Position> now = source_->CurrentPosition();
  if (!verdict_.Ok(now, "the current position")) return false;
  return WaitUntil(
      [&] {
        const core::LogState state = log_->State();
        const auto head = state.heads.find(core::Lane{0});
        if (head == state.heads.end()) return false;
        const auto order = source_->Compare(head->second.position, *now);
        return order == core::PositionOrder::kEqual || order == core::PositionOrder::kAfter;
      },
      "the log reaches the database's position");
}

bool SourceStage::WaitCopied(const std::string& table) {
  return WaitUntil(
      [&] {
        const core::LogState state = log_->State();
        const auto* known = state.FindTable(LogScript::Qualified(table));
        if (known == nullptr) return false;
        const auto snapshot = state.snapshots.find(known->schema.table);
        return snapshot != state.snapshots.end() && snapshot->second.ended &&
               snapshot->second.begin.snapshot >= ordered_at_[table];
      },
      table + " is copied");
}

bool SourceStage::WaitChunks(size_t chunks) {
  return WaitUntil(
      [&] {
        size_t found = 0;
        for (const auto& [table, snapshot] : log_->State().snapshots) found += snapshot.chunks;
        return found >= chunks;
      },
      "chunks come");
}

void SourceStage::CheckTables(const std::vector<std::string>& copied) {
  Stop();
  const auto entries = AllEntries(*log_);
  LogJudge judge(*source_, verdict_);
  for (const core::Entry& entry : entries) judge.Take(entry);

  doubles::MemorySink sink(kSinkName, std::make_shared<doubles::MemoryDestination>());
  CHECK(sink.Open().ok());
  auto reads = log_->OpenReader({});
  CHECK(reads.ok());
  const core::LogState state = log_->State();
  core::Slice slice;
  slice.source = "shop";
  slice.log = log_->id();
  slice.epoch = log_->epoch();
  slice.main_to = log_->durable_end();
  slice.main = entries;
  slice.reads = reads->get();
  slice.state = &state;
  if (!verdict_.Ok(sink.Apply({slice}), "the log is applied")) return;
  if (const auto cursor = sink.Cursor("shop"); cursor->copy.has_value()) {
    slice.main_from = slice.main_to;
    slice.main.clear();
    slice.copy_from = cursor->copy;
    slice.copy_to = slice.main_to;
    for (const core::Entry& entry : entries) {
      if (entry.next > *slice.copy_from) slice.copy.push_back(entry);
    }
    if (!verdict_.Ok(sink.Apply({slice}), "the copies are applied")) return;
  }
  const Tables truth = harness_.Truth();
  for (const std::string& table : copied) {
    const auto found = ReadTable(sink, "shop", table);
    if (!verdict_.Ok(found, table + " is whole in the log")) continue;
    verdict_.Equal(Expected(truth.at(table)), *found, "rows of " + table);
  }
}

}  // namespace renkei::conformance
