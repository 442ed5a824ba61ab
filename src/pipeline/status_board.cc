#include "pipeline/status_board.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace renkei::pipeline {

namespace {

constexpr int64_t kMicrosPerMilli = 1000;

std::optional<FreshnessStatus> Quantiles(const telemetry::FreshnessWindow& window) {
  const telemetry::FreshnessWindow::Quantiles read = window.Read();
  if (read.rows == 0) return std::nullopt;
  return FreshnessStatus{.p50_ms = static_cast<double>(read.p50.count()) / kMicrosPerMilli,
                         .p99_ms = static_cast<double>(read.p99.count()) / kMicrosPerMilli,
                         .rows = read.rows};
}

}  // namespace

std::string_view RunStateName(RunState state) {
  switch (state) {
    case RunState::kStarting:
      return "starting";
    case RunState::kCopying:
      return "copying";
    case RunState::kLive:
      return "live";
    case RunState::kPaused:
      return "paused";
    case RunState::kStopped:
      return "stopped";
    case RunState::kEnded:
      return "ended";
  }
  CHECK(false);
  return {};
}

void StatusBoard::AddSource(SourceStatus source) {
  std::lock_guard lock(mutex_);
  sources_.emplace(source.name, source);
}

void StatusBoard::AddSink(SinkStatus sink) {
  std::lock_guard lock(mutex_);
  sink_freshness_.try_emplace(sink.name, clock_);
  sinks_.emplace(sink.name, sink);
}

void StatusBoard::EditSource(const std::string& name, const std::function<void(SourceStatus&)>& edit) {
  std::lock_guard lock(mutex_);
  edit(sources_.at(name));
}

void StatusBoard::EditSink(const std::string& name, const std::function<void(SinkStatus&)>& edit) {
  std::lock_guard lock(mutex_);
  edit(sinks_.at(name));
}

void StatusBoard::EditTable(const std::string& sink, const std::string& source, const std::string& table,
                            const std::function<void(TableStatus&)>& edit) {
  std::lock_guard lock(mutex_);
  const auto [found, added] = tables_.try_emplace({source, table, sink});
  if (added) {
    found->second.source = source;
    found->second.table = table;
    found->second.sink = sink;
    found->second.destination = table;
  }
  edit(found->second);
  FollowCopy(found->first, found->second);
}

void StatusBoard::EditTablesOf(const std::string& source, const std::function<void(TableStatus&)>& edit) {
  std::lock_guard lock(mutex_);
  for (auto& [key, table] : tables_) {
    if (std::get<0>(key) == source) edit(table);
  }
}

void StatusBoard::CopyProgress(const std::string& source, const std::string& table, uint64_t rows,
                               uint64_t estimated) {
  EditTablesOf(source, [&](TableStatus& status) {
    if (status.table != table) return;
    status.rows_read = rows;
    status.rows_estimated = std::max(estimated, rows);
  });
}

void StatusBoard::Visible(const std::string& sink, const std::string& source, const std::string& table,
                          std::chrono::microseconds after, uint64_t rows) {
  std::lock_guard lock(mutex_);
  sink_freshness_.try_emplace(sink, clock_).first->second.Add(after, rows);
  table_freshness_.try_emplace({source, table, sink}, clock_).first->second.Add(after, rows);
}

void StatusBoard::FollowCopy(const TableKey& key, const TableStatus& table) {
  if (table.state != RunState::kCopying) {
    copying_.erase(key);
    return;
  }
  copying_.try_emplace(key, Copying{.began = clock_.mono(), .rows_at_begin = table.rows_snapshot});
}

void StatusBoard::AddRate(const TableKey& key, TableStatus& table) const {
  const auto copying = copying_.find(key);
  if (copying == copying_.end() || table.rows_snapshot <= copying->second.rows_at_begin) return;
  const double passed_s =
      static_cast<double>(base::MicrosBetween(copying->second.began, clock_.mono())) / base::kMicrosPerSecond;
  if (passed_s <= 0) return;
  table.rows_per_s = static_cast<double>(table.rows_snapshot - copying->second.rows_at_begin) / passed_s;
  const uint64_t left = std::max(table.rows_estimated, table.rows_snapshot) - table.rows_snapshot;
  table.left_s = static_cast<double>(left) / *table.rows_per_s;
}

PipelineStatus StatusBoard::Read() const {
  std::lock_guard lock(mutex_);
  PipelineStatus status{
      .now = clock_.wall(), .started = started_, .sources = {}, .sinks = {}, .tables = {}, .budget = {}};
  for (const auto& [name, source] : sources_) {
    status.sources.push_back(source);
  }
  for (const auto& [name, sink] : sinks_) {
    status.sinks.push_back(sink);
    status.sinks.back().freshness = Quantiles(sink_freshness_.at(name));
  }
  for (const auto& [key, table] : tables_) {
    status.tables.push_back(table);
    const auto window = table_freshness_.find(key);
    if (window != table_freshness_.end()) status.tables.back().freshness = Quantiles(window->second);
    AddRate(key, status.tables.back());
  }
  return status;
}

}  // namespace renkei::pipeline
