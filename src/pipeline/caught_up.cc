#include "pipeline/caught_up.h"

#include <algorithm>

#include "pipeline/codes.h"

namespace renkei::pipeline {
namespace {

Error Ended(const char* part, const std::string& name, const std::optional<Error>& why) {
  if (why) return Error(*why).With(part, name);
  return Error(kEndedBehind, {{"part", part}, {"name", name}});
}

}  // namespace

Status CaughtUp::Mark() {
  for (const SourcePart& part : pipeline_.sources()) {
    Watched& watched = watched_[part.name];
    if (core::Log* log = pipeline_.FindLog(part.name)) {
      ASSIGN_OR_RETURN(watched.reader, log->OpenReader({.from = log->durable_end(), .tables = {}}));
    }
    ASSIGN_OR_RETURN(watched.mark, part.source->CurrentPosition());
    if (core::Log* log = pipeline_.FindLog(part.name)) {
      const core::LogState state = log->State();
      for (const auto& [lane, head] : state.heads) {
        if (Holds(part.name, head.position)) watched.begun_past.insert(lane);
      }
    }
  }
  return {};
}

Result<bool> CaughtUp::Reached() {
  const PipelineStatus status = pipeline_.Read();
  bool all = true;
  for (const SourceStatus& source : status.sources) {
    if (pipeline_.SourceEnded(source.name)) return Ended("source", source.name, source.last_error);
    ASSIGN_OR_RETURN(const bool reached, SourceReached(source.name));
    all = all && reached;
  }
  for (const SinkStatus& sink : status.sinks) {
    if (pipeline_.SinkEnded(sink.name)) return Ended("sink", sink.name, sink.last_error);
    for (const SourceStatus& source : status.sources) {
      ASSIGN_OR_RETURN(const bool reached, SinkReached(sink.name, source.name, status));
      all = all && reached;
    }
  }
  return all;
}

bool CaughtUp::Holds(const std::string& source, const core::Position& position) const {
  const auto order = pipeline_.FindSource(source)->Compare(position, watched_.at(source).mark);
  return order == core::PositionOrder::kEqual || order == core::PositionOrder::kAfter;
}

Result<bool> CaughtUp::SourceReached(const std::string& source) {
  Watched& watched = watched_.at(source);
  core::Log* log = pipeline_.FindLog(source);
  if (log == nullptr || !watched.reader) return Error(kSourceNotRunning, {{"source", source}});
  while (!watched.end) {
    ASSIGN_OR_RETURN(const std::optional<core::Entry> entry, watched.reader->Next());
    if (!entry) break;
    const auto* set = std::get_if<core::Changes>(&entry->body);
    const auto* tick = std::get_if<core::Tick>(&entry->body);
    if (set != nullptr && Holds(source, (*set)->position)) watched.lanes.insert((*set)->lane);
    if (tick != nullptr && Holds(source, tick->position)) watched.lanes.insert(tick->lane);
    if (set == nullptr && tick == nullptr) continue;
    // Every lane is either passed, or had the mark before.
    const core::LogState now = log->State();
    const bool all = !watched.lanes.empty() && std::ranges::all_of(now.heads, [&](const auto& head) {
      return watched.lanes.contains(head.first) || watched.begun_past.contains(head.first);
    });
    if (all) watched.end = entry->next.offset;
  }
  if (watched.end) return true;
  // Nothing may come any more because the log had the mark before. Its state may be ahead of what can be
  // read.
  const core::LogState state = log->State();
  const bool holds = !state.heads.empty() && std::ranges::all_of(state.heads, [&](const auto& head) {
    return Holds(source, head.second.position);
  });
  if (holds && state.end <= watched.reader->position()) watched.end = state.end.offset;
  return watched.end.has_value();
}

Result<bool> CaughtUp::SinkReached(const std::string& sink, const std::string& source,
                                   const PipelineStatus& status) {
  for (const TableStatus& table : status.tables) {
    if (table.sink != sink || table.source != source) continue;
    if (table.state == RunState::kStopped) return Ended("table", table.table, table.last_error);
    // Its delivery has not looked yet; who asks for the status next must not be told so.
    if (table.state == RunState::kStarting) return false;
  }
  const std::optional<core::Offset> end = watched_.at(source).end;
  if (!pipeline_.planner().Knows(source) || !end) return false;
  const core::Sink& destination = *pipeline_.FindSink(sink);
  const auto cursor = destination.Cursor(source);
  if (!cursor || cursor->main.offset < *end) return false;
  const std::vector<core::SinkTable> held = destination.Tables();
  const core::LogState state = pipeline_.FindLog(source)->State();
  for (const std::string& name : pipeline_.planner().RoutedTables(sink, source)) {
    // One that begins anew is not what it was any more, and not yet what it becomes.
    const core::TableStateInLog* in_log = state.FindTable(name);
    if (in_log == nullptr || in_log->stopped || in_log->owed) return false;
    bool live = false;
    bool copying = false;
    for (const core::SinkTable& table : held) {
      if (table.source != source || table.table != name) continue;
      live |= table.state == core::SinkTableState::kLive && table.generation == in_log->schema.generation;
      copying |= table.state == core::SinkTableState::kCopying;
    }
    if (!live || copying) return false;
  }
  return true;
}

}  // namespace renkei::pipeline
