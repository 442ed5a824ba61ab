#include "pipeline/capture_runner.h"

#include <utility>

#include "pipeline/codes.h"
#include "telemetry/render.h"

namespace renkei::pipeline {

using telemetry::Retry;
using telemetry::Severity;

CaptureRunner::CaptureRunner(std::string name, core::Source& source, RunnerContext context,
                             std::function<void()> on_tables, uint64_t seed)
    : name_(std::move(name)),
      source_(source),
      context_(context),
      on_tables_(std::move(on_tables)),
      backoff_(context.backoff, seed) {}

CaptureRunner::~CaptureRunner() {
  RequestStop();
  Join();
}

void CaptureRunner::Start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

void CaptureRunner::RequestStop() { thread_.request_stop(); }

void CaptureRunner::Join() {
  if (thread_.joinable()) thread_.join();
}

void CaptureRunner::OrderCopies() {
  core::Log* log = nullptr;
  {
    std::lock_guard lock(mutex_);
    log = log_;
  }
  if (log == nullptr) return;
  std::lock_guard lock(ordering_);
  const core::LogState state = log->State();
  for (core::CopyOrder& order : context_.planner.Orders(name_, state)) {
    if (OrderedAlready(order, state)) continue;
    ordered_[order.table] = {order.sinks, state.next_snapshot};
    orders_.Push(std::move(order));
  }
}

bool CaptureRunner::OrderedAlready(const core::CopyOrder& order, const core::LogState& state) {
  const auto ordered = ordered_.find(order.table);
  if (ordered == ordered_.end() || ordered->second.sinks != order.sinks) return false;
  const core::TableStateInLog* in_log = state.FindTable(order.table);
  if (in_log == nullptr) return true;
  const auto snapshot = state.snapshots.find(in_log->schema.table);
  return snapshot == state.snapshots.end() || snapshot->second.begin.snapshot < ordered->second.next;
}

void CaptureRunner::Repair(const std::string& table, std::vector<std::string> sinks) {
  {
    std::lock_guard lock(mutex_);
    repairs_[table] = sinks;
  }
  orders_.Push({.table = table, .sinks = std::move(sinks), .renew = true});
}

Status CaptureRunner::GoOnFromPresent() {
  std::lock_guard lock(starting_);
  if (thread_.joinable() && !ended_) return Error(kSourceRuns, {{"source", name_}});
  from_present_ = true;
  if (!thread_.joinable()) return {};
  Join();
  ended_ = false;
  backoff_.Reset();
  Start();
  return {};
}

void CaptureRunner::Order(core::RepairOrder order) {
  if (!source_.capabilities().can_read_keys) {
    if (order.answer) order.answer(Error(kSourceNotRunning, {{"source", name_}}));
    return;
  }
  repair_orders_.Push(std::move(order));
  // A capture that ends later refuses by itself.
  if (!capturing_) RefuseRepairs();
}

void CaptureRunner::RefuseRepairs() {
  for (const core::RepairOrder& order : repair_orders_.TakeAll()) {
    if (order.answer) order.answer(Error(kSourceNotRunning, {{"source", name_}}));
  }
}

void CaptureRunner::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    progressed_ = false;
    const Status attempt = Attempt(stop);
    if (attempt.ok() || stop.stop_requested()) break;
    if (progressed_) backoff_.Reset();
    if (!Recover(attempt.error(), stop)) break;
  }
  ended_ = true;
  context_.changes.Notify();
}

Status CaptureRunner::Attempt(const std::stop_token& stop) {
  context_.board.EditSource(name_, [](SourceStatus& source) { ++source.attempts; });
  ASSIGN_OR_RETURN(core::Log * log, context_.hub.OpenLog(name_));
  orders_.TakeAll();
  if (const Status prepared = Prepare(); !prepared.ok()) {
    if (context_.planner.Settle(name_)) on_tables_();
    return prepared;
  }
  std::map<std::string, std::vector<std::string>> repairs;
  {
    std::scoped_lock lock(ordering_, mutex_);
    orders_.TakeAll();
    ordered_.clear();
    log_ = log;
    copying_.clear();
    repairs = std::exchange(repairs_, {});
  }
  for (const auto& [id, table] : log->State().tables) {
    if (table.stopped)
      OnTableStopped(table.schema.qualified_name(), Error(Code{table.gap.code}, table.gap.fields));
  }
  TellOwed(*log);
  on_tables_();
  for (auto& [table, sinks] : repairs) Repair(table, std::move(sinks));
  core::CaptureContext capture{.log = *log,
                               .budget = context_.budget,
                               .orders = orders_,
                               .observer = *this,
                               .capture_id = context_.capture_id,
                               .repairs = &repair_orders_,
                               .from_present = from_present_};
  capturing_ = true;
  const Status captured = source_.Capture(capture, stop);
  capturing_ = false;
  RefuseRepairs();
  return captured;
}

// What an earlier capture left unmended, and nobody remembers which rows it was.
void CaptureRunner::TellOwed(core::Log& log) {
  const core::LogState state = log.State();
  for (const auto& [id, table] : state.tables) {
    if (!table.owed || table.stopped) continue;
    OnUnlogged({.table = id,
                .generation = table.schema.generation,
                .number = context_.unlogged.Last(name_, id),
                .after = state.end,
                .columns = {},
                .values = {},
                .all = true});
  }
}

Status CaptureRunner::Prepare() {
  ASSIGN_OR_RETURN(const core::Findings findings, source_.Check());
  std::optional<Error> fatal;
  for (const core::Finding& finding : findings) {
    const bool error = telemetry::SeverityOf(finding.message) == Severity::kError;
    if (error && finding.table.empty() && !fatal) {
      fatal = finding.message;
    } else if (error && !finding.table.empty()) {
      OnTableStopped(finding.table, finding.message);
    } else {
      OnEvent(finding.message);
    }
  }
  if (fatal) return *fatal;
  ASSIGN_OR_RETURN(const std::vector<core::TableSchema> tables, source_.Discover());
  for (const Error& collision : context_.planner.SetTables(name_, tables)) context_.journal.Log(collision);
  for (const core::TableSchema& table : tables) {
    ClearStop(table.qualified_name());
  }
  return {};
}

void CaptureRunner::ClearStop(const std::string& table) {
  for (const std::string& sink : context_.planner.SinksOf(name_, table)) {
    context_.board.EditTable(sink, name_, table, [](TableStatus& status) {
      status.stopped_at_source = false;
      status.last_error.reset();
    });
  }
}

bool CaptureRunner::Recover(const Error& error, const std::stop_token& stop) {
  context_.journal.Log(Named(error));
  const bool again = telemetry::RetryOf(error) != Retry::kNever;
  context_.board.EditSource(name_, [&](SourceStatus& source) {
    source.state = again ? RunState::kPaused : RunState::kStopped;
    if (source.caught_up) source.caught_up_until = context_.clock.wall();
    source.caught_up = false;
    source.last_error = error;
  });
  if (!again) {
    context_.journal.Log(kPartStopped, {{"part", "source"}, {"name", name_}});
    return false;
  }
  const auto delay = backoff_.Next();
  context_.journal.Log(kRetrying, {{"part", "source"},
                                   {"name", name_},
                                   {"delay_ms", std::to_string(delay.count())},
                                   {"attempt", std::to_string(backoff_.attempts())}});
  std::unique_lock lock(mutex_);
  stopped_.wait_for(lock, stop, delay, [] { return false; });
  return !stop.stop_requested();
}

Error CaptureRunner::Named(const Error& error) const { return Error(error).With("source", name_); }

void CaptureRunner::OnConnected(const std::string& server) {
  context_.board.EditSource(name_, [&](SourceStatus& source) {
    source.server = server;
    source.state = RunState::kLive;
  });
  context_.journal.Log(kSourceConnected, {{"source", name_}, {"server", server}});
}

void CaptureRunner::OnCaughtUp(bool caught_up) {
  if (caught_up) progressed_ = true;
  context_.board.EditSource(name_, [&](SourceStatus& source) {
    if (source.caught_up && !caught_up) source.caught_up_until = context_.clock.wall();
    source.caught_up = caught_up;
    if (caught_up) source.last_error.reset();
  });
}

void CaptureRunner::OnPosition(const core::Position& position, const std::string& shown) {
  from_present_ = false;
  context_.board.EditSource(name_, [&](SourceStatus& source) {
    source.at = position;
    source.position = shown;
  });
  context_.changes.Notify();
}

void CaptureRunner::OnRowsCaptured(uint64_t transactions, uint64_t rows, uint64_t bytes) {
  progressed_ = true;
  context_.board.EditSource(name_, [&](SourceStatus& source) {
    source.transactions += transactions;
    source.rows += rows;
    source.bytes += bytes;
  });
}

void CaptureRunner::OnCopyProgress(const std::string& table, uint64_t rows, uint64_t rows_estimated,
                                   bool ended) {
  progressed_ = true;
  bool begun = false;
  {
    std::lock_guard lock(mutex_);
    begun = copying_.insert(table).second;
    if (ended) copying_.erase(table);
  }
  context_.board.CopyProgress(name_, table, rows, rows_estimated);
  if (!begun || ended) return;
  context_.journal.Log(kCopyStarted,
                       {{"source", name_}, {"table", table}, {"rows", std::to_string(rows_estimated)}});
}

void CaptureRunner::OnTableStopped(const std::string& table, const Error& why) {
  {
    std::lock_guard lock(mutex_);
    repairs_.erase(table);
  }
  context_.journal.Log(Error(why).With("source", name_).With("table", table));
  const bool ended = telemetry::SeverityOf(why) != Severity::kError;
  if (ended) context_.planner.RemoveTable(name_, table);
  for (const std::string& sink : context_.planner.SinksOf(name_, table)) {
    context_.board.EditTable(sink, name_, table, [&](TableStatus& status) {
      status.stopped_at_source = true;
      status.state = ended ? RunState::kEnded : RunState::kStopped;
      status.last_error = why;
    });
  }
}

void CaptureRunner::OnTableBegun(const core::TableSchema& table) {
  const std::string name = table.qualified_name();
  bool repaired = false;
  {
    std::lock_guard lock(mutex_);
    repaired = repairs_.erase(name) > 0;
    copying_.erase(name);
  }
  {
    std::lock_guard lock(ordering_);
    if (table.generation > core::Generation{1}) ordered_.erase(name);
  }
  ClearStop(name);
  const bool known = context_.planner.Knows(name_, name);
  if (!known) {
    for (const Error& collision : context_.planner.AddTable(name_, table)) context_.journal.Log(collision);
  }
  // A repair's copy follows by itself; what was known when the capture began is ordered already, unless it
  // began anew since.
  if (!repaired && (!known || table.generation > core::Generation{1})) OrderCopies();
}

void CaptureRunner::OnUnlogged(const core::UnloggedChange& change) {
  context_.unlogged.Push(name_, change);
  context_.changes.Notify();
}

void CaptureRunner::OnEvent(const Error& message) { context_.journal.Log(Named(message)); }

}  // namespace renkei::pipeline
