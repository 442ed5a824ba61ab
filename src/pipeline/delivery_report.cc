// What a DeliveryRunner tells about itself.
#include <algorithm>
#include <map>

#include "pipeline/codes.h"
#include "pipeline/delivery_runner.h"
#include "telemetry/render.h"

namespace renkei::pipeline {

namespace {

RunState Shown(const core::SinkTable& table, const core::LogState& log) {
  switch (table.state) {
    case core::SinkTableState::kCopying:
      return RunState::kCopying;
    case core::SinkTableState::kLive:
      return RunState::kLive;
    case core::SinkTableState::kStopped:
      break;
  }
  const core::TableStateInLog* in_log = log.FindTable(table.table);
  if (in_log != nullptr && !in_log->stopped) return RunState::kCopying;  // it goes on, so it comes again
  const bool ended = in_log != nullptr &&
                     telemetry::SeverityOf(Error(Code{in_log->gap.code}, {})) != telemetry::Severity::kError;
  return ended ? RunState::kEnded : RunState::kStopped;
}

}  // namespace

void DeliveryRunner::Report(const std::vector<core::Slice>& slices, const core::CycleReport& report,
                            base::MonoTime began) {
  for (const Error& notice : report.notices) {
    context_.journal.Log(Error(notice).With("sink", name_));
    TellStopped(notice);
  }
  if (report.copies_missing) options_.on_open();
  for (const core::TableChanges& changes : report.tables) {
    context_.board.EditTable(name_, changes.source, changes.table, [&](TableStatus& status) {
      status.changes_applied += changes.changes;
      status.rows_snapshot += changes.rows_copied;
    });
    if (changes.became_live) {
      context_.journal.Log(kTableLive, {{"sink", name_}, {"table", changes.table}});
    }
  }
  const double took_ms = static_cast<double>(base::MicrosBetween(began, context_.clock.mono())) / 1000;
  context_.board.EditSink(name_, [&](SinkStatus& sink) {
    ++sink.cycles;
    sink.rows += report.rows;
    sink.last_cycle_ms = took_ms;
    sink.last_error.reset();
  });
  const bool tables_changed = std::any_of(slices.begin(), slices.end(), [](const core::Slice& slice) {
    const auto other_than_changes = [](const core::Entry& entry) {
      return !std::holds_alternative<core::Changes>(entry.body);
    };
    return std::any_of(slice.main.begin(), slice.main.end(), other_than_changes) || !slice.copy.empty();
  });
  if (tables_changed || !report.notices.empty()) ShowTables();
  ShowPlaces();
  context_.changes.Notify();
}

// Why a table stopped in the sink alone.
void DeliveryRunner::TellStopped(const Error& notice) {
  for (const core::SinkTable& table : sink_.Tables()) {
    if (table.state != core::SinkTableState::kStopped || table.table != notice.field("table")) continue;
    context_.board.EditTable(name_, table.source, table.table,
                             [&](TableStatus& status) { status.last_error = notice; });
  }
}

void DeliveryRunner::ShowPlaces() {
  context_.board.EditSink(name_, [&](SinkStatus& sink) {
    sink.pending_bytes = 0;
    sink.lag_transactions = 0;
    for (const auto& feed : feeds_) {
      const uint64_t offset = feed->cursor().main.offset.value;
      sink.offsets[feed->source()] = offset;
      sink.pending_bytes += feed->held_bytes();
      sink.lag_transactions += feed->log().durable_end().offset.value - offset;
    }
  });
}

void DeliveryRunner::ShowTables() {
  const std::vector<core::SinkTable> tables = sink_.Tables();
  std::map<std::string, core::LogState> logs;
  for (const auto& feed : feeds_) logs.emplace(feed->source(), feed->log().State());
  bool copying = false;
  for (const core::SinkTable& table : tables) {
    copying |= table.state == core::SinkTableState::kCopying;
    context_.board.EditTable(name_, table.source, table.table, [&](TableStatus& status) {
      status.destination = table.destination;
      status.generation = table.generation.value;
      status.rows_snapshot = table.rows_copied;
      if (status.stopped_at_source) return;
      const bool stopped = table.state == core::SinkTableState::kStopped;
      if (!stopped) status.last_error.reset();
      status.state = stopped && status.last_error ? RunState::kStopped : Shown(table, logs[table.source]);
    });
  }
  SetState(copying ? RunState::kCopying : RunState::kLive);
}

void DeliveryRunner::SetState(RunState state) {
  context_.board.EditSink(name_, [&](SinkStatus& sink) { sink.state = state; });
}

}  // namespace renkei::pipeline
