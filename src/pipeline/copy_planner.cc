#include "pipeline/copy_planner.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "pipeline/codes.h"

namespace renkei::pipeline {

namespace {

// The sink has the table as the log knows it now, or another source's of the same name. What stopped in the
// sink alone must come again.
bool Has(const std::vector<core::SinkTable>& tables, const std::string& source, const std::string& table,
         const core::TableStateInLog* in_log) {
  return std::any_of(tables.begin(), tables.end(), [&](const core::SinkTable& held) {
    if (held.table != table) return false;
    if (held.source != source) return true;
    if (held.state == core::SinkTableState::kStopped) return false;
    return in_log == nullptr || held.generation == in_log->schema.generation;
  });
}

// A copy for the sink stands in the log at or after the sink's place.
bool Pending(const core::LogState& state, const core::TableStateInLog* in_log, const std::string& sink,
             core::Address main) {
  if (in_log == nullptr) return false;
  const auto snapshot = state.snapshots.find(in_log->schema.table);
  if (snapshot == state.snapshots.end() || snapshot->second.begin_address < main) return false;
  const core::CopyBegin& begin = snapshot->second.begin;
  if (begin.generation != in_log->schema.generation) return false;
  return std::find(begin.subscriptions.begin(), begin.subscriptions.end(), sink) != begin.subscriptions.end();
}

}  // namespace

std::vector<Error> CopyPlanner::SetTables(const std::string& source,
                                          const std::vector<core::TableSchema>& tables) {
  std::lock_guard lock(mutex_);
  std::vector<std::string>& names = tables_[source];
  names.clear();
  for (const core::TableSchema& table : tables) names.push_back(table.qualified_name());
  settled_.insert(source);
  return FindOwnersAnew();
}

std::vector<Error> CopyPlanner::AddTable(const std::string& source, const core::TableSchema& table) {
  std::lock_guard lock(mutex_);
  tables_[source].push_back(table.qualified_name());
  return FindOwnersAnew();
}

void CopyPlanner::RemoveTable(const std::string& source, const std::string& table) {
  std::lock_guard lock(mutex_);
  const auto names = tables_.find(source);
  if (names != tables_.end() && std::erase(names->second, table) > 0) FindOwnersAnew();
}

bool CopyPlanner::Settle(const std::string& source) {
  std::lock_guard lock(mutex_);
  return settled_.insert(source).second;
}

// The answer: collisions that were not there before.
std::vector<Error> CopyPlanner::FindOwnersAnew() {
  std::vector<SourceTables> known;
  for (const std::string& source : sources_) {
    if (const auto names = tables_.find(source); names != tables_.end())
      known.push_back({source, names->second});
  }
  const Owners before = std::exchange(owners_, FindOwners(routing_, known));
  std::vector<Error> collisions;
  for (const Error& collision : owners_.collisions) {
    const bool known =
        std::any_of(before.collisions.begin(), before.collisions.end(),
                    [&](const Error& earlier) { return earlier.Debug() == collision.Debug(); });
    if (!known) collisions.push_back(collision);
  }
  return collisions;
}

bool CopyPlanner::Decided(const std::string& sink, const std::string& source,
                          const std::string& table) const {
  for (const std::string& earlier : sources_) {
    if (earlier == source) return true;
    if (!settled_.contains(earlier) && routing_.Routed(sink, earlier, table)) return false;
  }
  return true;
}

void CopyPlanner::SetSink(const std::string& name, const core::Sink* sink) {
  std::lock_guard lock(mutex_);
  sinks_[name] = sink;
}

bool CopyPlanner::MayDeliver(const std::string& sink, const std::string& source,
                             const std::string& table) const {
  std::lock_guard lock(mutex_);
  const auto owner = owners_.sources.find({sink, table});
  return owner == owners_.sources.end() || owner->second == source;
}

bool CopyPlanner::Delivered(const std::string& sink, const std::string& source,
                            const std::string& table) const {
  const auto owner = owners_.sources.find({sink, table});
  return owner != owners_.sources.end() && owner->second == source;
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
      if (!Delivered(sink_name, source, name) || !Decided(sink_name, source, name)) continue;
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

bool CopyPlanner::Knows(const std::string& source, const std::string& table) const {
  std::lock_guard lock(mutex_);
  const auto names = tables_.find(source);
  return names != tables_.end() &&
         std::find(names->second.begin(), names->second.end(), table) != names->second.end();
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
