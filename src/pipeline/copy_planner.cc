#include "pipeline/copy_planner.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "pipeline/codes.h"

namespace renkei::pipeline {

namespace {

// The sink has the table, as the log knows it now.
bool Has(const std::vector<core::SinkTable>& tables, const std::string& source, const std::string& table,
         const core::TableStateInLog* in_log) {
  return std::any_of(tables.begin(), tables.end(), [&](const core::SinkTable& held) {
    if (held.source != source || held.table != table) return false;
    return in_log == nullptr || held.generation == in_log->schema.generation;
  });
}

// A copy for the sink stands in the log at or after the sink's place.
bool Pending(const core::LogState& state, const core::TableStateInLog* in_log, const std::string& sink,
             core::Address main) {
  if (in_log == nullptr) return false;
  const auto snapshot = state.snapshots.find(in_log->schema.table);
  if (snapshot == state.snapshots.end() || snapshot->second.begin_address < main) return false;
  const auto& subscriptions = snapshot->second.begin.subscriptions;
  return std::find(subscriptions.begin(), subscriptions.end(), sink) != subscriptions.end();
}

}  // namespace

std::vector<Error> CopyPlanner::SetTables(const std::string& source,
                                          const std::vector<core::TableSchema>& tables) {
  std::vector<Error> collisions;
  std::lock_guard lock(mutex_);
  std::vector<std::string>& names = tables_[source];
  names.clear();
  for (const core::TableSchema& table : tables) {
    const std::string& name = names.emplace_back(table.qualified_name());
    for (const std::string& sink : routing_.SinksOf(source, name)) {
      const auto [owner, first] = owners_.emplace(std::pair(sink, name), source);
      if (first || owner->second == source) continue;
      collisions.push_back(Error(
          kTableCollision, {{"sink", sink}, {"table", name}, {"first", owner->second}, {"second", source}}));
    }
  }
  return collisions;
}

void CopyPlanner::SetSink(const std::string& name, const core::Sink* sink) {
  std::lock_guard lock(mutex_);
  sinks_[name] = sink;
}

bool CopyPlanner::Delivered(const std::string& sink, const std::string& source,
                            const std::string& table) const {
  const auto owner = owners_.find({sink, table});
  return owner != owners_.end() && owner->second == source;
}

std::vector<core::CopyOrder> CopyPlanner::Orders(const std::string& source,
                                                 const core::LogState& state) const {
  std::lock_guard lock(mutex_);
  std::map<std::string, std::vector<std::string>> wanted;  // table -> sinks
  const auto names = tables_.find(source);
  if (names == tables_.end()) return {};
  for (const auto& [sink_name, sink] : sinks_) {
    if (sink == nullptr) continue;
    const std::optional<core::SinkCursor> cursor = sink->Cursor(source);
    if (!cursor) continue;
    const std::vector<core::SinkTable> held = sink->Tables();
    for (const std::string& name : names->second) {
      if (!Delivered(sink_name, source, name)) continue;
      const core::TableStateInLog* in_log = state.FindTable(name);
      if (in_log != nullptr && in_log->stopped) continue;
      if (Has(held, source, name, in_log) || Pending(state, in_log, sink_name, cursor->main)) continue;
      wanted[name].push_back(sink_name);
    }
  }
  std::vector<core::CopyOrder> orders;
  for (const std::string& name : names->second) {
    if (const auto found = wanted.find(name); found != wanted.end())
      orders.push_back({.table = name, .sinks = found->second});
  }
  return orders;
}

bool CopyPlanner::Knows(const std::string& source) const {
  std::lock_guard lock(mutex_);
  return tables_.contains(source);
}

std::vector<std::string> CopyPlanner::RoutedTables(const std::string& sink, const std::string& source) const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> routed;
  const auto names = tables_.find(source);
  if (names == tables_.end()) return routed;
  for (const std::string& name : names->second) {
    if (Delivered(sink, source, name)) routed.push_back(name);
  }
  return routed;
}

}  // namespace renkei::pipeline
