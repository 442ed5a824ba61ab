#include "pipeline/pipeline.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "pipeline/codes.h"

namespace renkei::pipeline {

namespace {

constexpr std::chrono::seconds kHousekeepingLook{1};
constexpr int64_t kRetentionEvery_us = 60 * base::kMicrosPerSecond;

std::string_view Name(core::SourceCapabilities::Boundaries boundaries) {
  using enum core::SourceCapabilities::Boundaries;
  return boundaries == kTransaction ? "transaction" : boundaries == kPollGroup ? "poll group" : "none";
}

std::string_view Name(core::SourceCapabilities::SnapshotPosition position) {
  return position == core::SourceCapabilities::SnapshotPosition::kExact ? "exact" : "bracket";
}

std::string_view Name(core::TimeKind kind) {
  switch (kind) {
    case core::TimeKind::kCommitMicros:
      return "commit, microseconds";
    case core::TimeKind::kWholeSecond:
      return "commit, whole second";
    case core::TimeKind::kReceived:
      return "received";
    case core::TimeKind::kPoll:
      return "poll";
  }
  return "";
}

std::string_view Name(core::SinkCapabilities::AtomicScope scope) {
  using enum core::SinkCapabilities::AtomicScope;
  return scope == kAllTables ? "all tables" : scope == kTable ? "table" : "row";
}

std::string_view Name(core::SinkCapabilities::RepeatSafety safety) {
  using enum core::SinkCapabilities::RepeatSafety;
  return safety == kOffsetInTransaction ? "offset in the transaction"
         : safety == kSequenceNumber    ? "sequence number"
                                        : "none";
}

std::vector<std::string> NamesOf(const std::vector<SourcePart>& sources) {
  std::vector<std::string> names;
  for (const SourcePart& source : sources) names.push_back(source.name);
  return names;
}

// The captured end is as old as the newest transaction in the log, or as the time when nothing newer existed.
void AddLag(const core::LogState& state, base::WallTime now, SourceStatus& source) {
  for (const auto& [lane, head] : state.heads) {
    if (head.commit_time.value != 0)
      source.last_commit = std::max(source.last_commit.value_or(base::WallTime{}), head.commit_time);
  }
  const std::optional<base::WallTime> end = std::max(source.last_commit, source.caught_up_until);
  if (end) source.lag_ms = std::max<int64_t>(0, now.value - end->value) / 1000;
}

void AddOwed(const core::LogState& state, const std::string& source, std::vector<TableStatus>& tables) {
  std::set<std::string> owed;
  for (const auto& [id, table] : state.tables) {
    if (table.owed && !table.stopped) owed.insert(table.schema.qualified_name());
  }
  for (TableStatus& table : tables) {
    if (table.source == source) table.owed = owed.contains(table.table);
  }
}

template <class T>
typename T::mapped_type::element_type* Find(const T& runners, const std::string& name) {
  const auto found = runners.find(name);
  return found == runners.end() ? nullptr : found->second.get();
}

}  // namespace

Pipeline::Pipeline(Parts parts, const base::Clock& clock, telemetry::Journal& journal)
    : parts_(std::move(parts)),
      clock_(clock),
      journal_(journal),
      budget_(parts_.memory_bytes),
      routing_(parts_.routes),
      planner_(routing_, NamesOf(parts_.sources)),
      board_(clock) {
  AddToBoard();
}

Pipeline::~Pipeline() {
  for (auto& [name, capture] : captures_) capture->RequestStop();
  for (auto& [name, delivery] : deliveries_) delivery->RequestStop();
  // Each may tell all others what to copy: none goes while another runs.
  for (auto& [name, delivery] : deliveries_) delivery->Join();
  for (auto& [name, capture] : captures_) capture->Join();
}

void Pipeline::AddToBoard() {
  for (const SourcePart& part : parts_.sources) {
    const core::SourceCapabilities declared = part.source->capabilities();
    SourceStatus status;
    status.name = part.name;
    status.type = part.type;
    status.boundaries = Name(declared.boundaries);
    status.snapshot_position = Name(declared.snapshot_position);
    status.commit_time = Name(declared.time_kind);
    board_.AddSource(std::move(status));
  }
  for (const SinkPart& part : parts_.sinks) {
    const core::SinkCapabilities declared = part.sink->capabilities();
    SinkStatus status;
    status.name = part.name;
    status.type = part.type;
    status.atomic_scope = Name(declared.atomic_scope);
    status.repeat_safety = Name(declared.repeat_safety);
    board_.AddSink(std::move(status));
  }
}

void Pipeline::Start() {
  const RunnerContext context{.hub = *parts_.hub,
                              .budget = budget_,
                              .clock = clock_,
                              .journal = journal_,
                              .board = board_,
                              .planner = planner_,
                              .unlogged = unlogged_,
                              .changes = changes_,
                              .backoff = parts_.backoff,
                              .capture_id = parts_.capture_id};
  for (const SourcePart& part : parts_.sources) {
    // An error is told by the capture, which meets it again.
    if (Result<core::Log*> log = parts_.hub->OpenLog(part.name); log.ok()) logs_[part.name] = *log;
  }
  const auto seed = static_cast<uint64_t>(clock_.wall().value);
  const std::function<void()> order_copies = [this] {
    for (auto& [name, capture] : captures_) capture->OrderCopies();
  };
  for (const SourcePart& part : parts_.sources) {
    captures_[part.name] =
        std::make_unique<CaptureRunner>(part.name, *part.source, context, order_copies,
                                        seed ^ std::hash<std::string>()("source " + part.name));
  }
  const size_t share = budget_.share(base::Stage::kDelivery) / std::max<size_t>(1, parts_.sinks.size());
  for (const SinkPart& part : parts_.sinks) {
    DeliveryOptions options;
    options.pacing = part.pacing;
    options.read_ahead_bytes = std::max(share / 2, core::kSetBytesMax);
    options.on_open = order_copies;
    options.open_patience = parts_.open_patience;
    deliveries_[part.name] = std::make_unique<DeliveryRunner>(
        part.name, *part.sink, NamesOf(parts_.sources), context, std::move(options),
        seed ^ std::hash<std::string>()("sink " + part.name));
  }
  journal_.Log(kStarted, {{"sources", std::to_string(parts_.sources.size())},
                          {"sinks", std::to_string(parts_.sinks.size())}});
  for (const std::string& name : from_present_)
    (void)captures_.at(name)->GoOnFromPresent().ok();  // not started
  for (auto& [name, capture] : captures_) capture->Start();
  for (auto& [name, delivery] : deliveries_) delivery->Start();
  housekeeper_ = std::jthread([this](const std::stop_token& stop) { KeepHouse(stop); });
}

void Pipeline::KeepHouse(const std::stop_token& stop) {
  base::MonoTime last = clock_.mono();
  std::unique_lock lock(housekeeping_mutex_);
  while (!stop.stop_requested()) {
    housekeeping_.wait_for(lock, stop, kHousekeepingLook, [] { return false; });
    if (base::MicrosBetween(last, clock_.mono()) < kRetentionEvery_us) continue;
    last = clock_.mono();
    if (const Status applied = parts_.hub->ApplyRetention(); !applied.ok()) journal_.Log(applied.error());
  }
}

bool Pipeline::Stop(std::chrono::milliseconds at_most) {
  const base::MonoTime began = clock_.mono();
  housekeeper_.request_stop();
  for (auto& [name, capture] : captures_) capture->RequestStop();
  for (auto& [name, delivery] : deliveries_) delivery->RequestStop();
  const auto passed = [&] { return std::chrono::microseconds(base::MicrosBetween(began, clock_.mono())); };
  for (uint64_t seen = changes_.count(); !AllEnded();) {
    if (passed() >= at_most) break;
    seen = changes_.WaitBeyond(seen, std::chrono::milliseconds(50));
  }
  const std::string seconds = std::to_string(passed().count() / base::kMicrosPerSecond);
  for (auto& [name, capture] : captures_) {
    if (!capture->ended())
      journal_.Log(kStopSlow, {{"part", "source"}, {"name", name}, {"seconds", seconds}});
  }
  for (auto& [name, delivery] : deliveries_) {
    if (!delivery->ended()) journal_.Log(kStopSlow, {{"part", "sink"}, {"name", name}, {"seconds", seconds}});
  }
  if (!AllEnded()) return false;
  if (housekeeper_.joinable()) housekeeper_.join();
  for (auto& [name, capture] : captures_) capture->Join();
  for (auto& [name, delivery] : deliveries_) delivery->Join();
  journal_.Log(kStopped, {{"seconds", seconds}});
  return true;
}

PipelineStatus Pipeline::Read() const {
  PipelineStatus status = board_.Read();
  for (SourceStatus& source : status.sources) {
    if (core::Log* log = FindLog(source.name)) {
      source.log_bytes = log->size_bytes();
      const core::LogState state = log->State();
      if (!source.caught_up) AddLag(state, status.now, source);
      AddOwed(state, source.name, status.tables);
    }
  }
  for (size_t i = 0; i < base::kStageCount; ++i) {
    const auto stage = static_cast<base::Stage>(i);
    status.budget.push_back({.stage = std::string(base::StageName(stage)),
                             .used_bytes = budget_.used(stage),
                             .share_bytes = budget_.share(stage),
                             .waits = budget_.waits(stage)});
  }
  // The deliveries keep to their share by themselves: each has its own part, so that none waits for another.
  BudgetStatus& delivery = status.budget[static_cast<size_t>(base::Stage::kDelivery)];
  for (const SinkStatus& sink : status.sinks) delivery.used_bytes += sink.pending_bytes;
  return status;
}

bool Pipeline::AllEnded() const {
  return std::all_of(captures_.begin(), captures_.end(),
                     [](const auto& part) { return part.second->ended(); }) &&
         std::all_of(deliveries_.begin(), deliveries_.end(),
                     [](const auto& part) { return part.second->ended(); });
}

core::Source* Pipeline::FindSource(const std::string& name) const {
  for (const SourcePart& part : parts_.sources) {
    if (part.name == name) return part.source.get();
  }
  return nullptr;
}

core::Sink* Pipeline::FindSink(const std::string& name) const {
  for (const SinkPart& part : parts_.sinks) {
    if (part.name == name) return part.sink.get();
  }
  return nullptr;
}

core::Log* Pipeline::FindLog(const std::string& source) const {
  const auto found = logs_.find(source);
  return found == logs_.end() ? nullptr : found->second;
}

HoldGate* Pipeline::FindGate(const std::string& sink) const {
  DeliveryRunner* delivery = Find(deliveries_, sink);
  return delivery == nullptr ? nullptr : &delivery->gate();
}

Result<std::vector<std::string>> Pipeline::Repair(const std::vector<std::string>& patterns) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> meant;  // source, table -> sinks
  for (const std::string& pattern : patterns) {
    const config::TablePatterns names({pattern});
    bool matched = false;
    for (const TableStatus& table : board_.Read().tables) {
      if (!names.Matches(table.table) || !planner_.MayDeliver(table.sink, table.source, table.table))
        continue;
      matched = true;
      if (SourceEnded(table.source)) return Error(kSourceNotRunning, {{"source", table.source}});
      std::vector<std::string>& sinks = meant[{table.source, table.table}];
      if (std::find(sinks.begin(), sinks.end(), table.sink) == sinks.end()) sinks.push_back(table.sink);
    }
    if (!matched) return Error(kNoTableToRepair, {{"pattern", pattern}});
  }
  std::vector<std::string> tables;
  for (auto& [name, sinks] : meant) {
    captures_.at(name.first)->Repair(name.second, std::move(sinks));
    tables.push_back(name.second);
  }
  return tables;
}

Status Pipeline::GoOnFromPresent(const std::string& source) {
  if (FindSource(source) == nullptr) return Error(kSourceNotRunning, {{"source", source}});
  const auto capture = captures_.find(source);
  if (capture != captures_.end()) return capture->second->GoOnFromPresent();
  from_present_.insert(source);
  return {};
}

bool Pipeline::WillGoOnFromPresent(const std::string& source) const {
  const CaptureRunner* capture = Find(captures_, source);
  return capture != nullptr && capture->from_present();
}

void Pipeline::Order(const std::string& source, core::RepairOrder order) {
  captures_.at(source)->Order(std::move(order));
}

bool Pipeline::SourceEnded(const std::string& name) const {
  const CaptureRunner* capture = Find(captures_, name);
  return capture == nullptr || capture->ended();
}

bool Pipeline::SinkEnded(const std::string& name) const {
  const DeliveryRunner* delivery = Find(deliveries_, name);
  return delivery == nullptr || delivery->ended();
}

}  // namespace renkei::pipeline
