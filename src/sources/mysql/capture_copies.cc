#include "sources/mysql/capture_copies.h"

#include <algorithm>

#include "sources/mysql/codes.h"

namespace renkei::sources::mysql {

CaptureCopies::CaptureCopies(Parts parts)
    : parts_(std::move(parts)),
      desk_({.log = parts_.writer,
             .observer = parts_.context.observer,
             .touched = parts_.touched,
             .clock = parts_.clock,
             .active_max = static_cast<size_t>(parts_.options.snapshot.workers),
             .rows_per_s = parts_.options.snapshot.rows_per_s,
             .value_max_of = parts_.value_max_of,
             .wake_capture = parts_.wake_capture}) {}

Status CaptureCopies::Resume() {
  std::vector<std::pair<core::TableId, std::vector<std::string>>> anew;
  for (const auto& [table_id, snapshot] : parts_.writer.state().snapshots) {
    CapturedTable* table = parts_.tables.Find(table_id);
    if (snapshot.ended || !parts_.registrar.Follows(table)) continue;
    if (snapshot.begin.generation != table->schema.generation) continue;
    if (table->schema.key_kind == core::KeyKind::kWholeRow) {
      anew.emplace_back(table_id, snapshot.begin.subscriptions);
      continue;
    }
    desk_.Add(table->schema, snapshot.begin.snapshot,
              std::max(table->rows_estimated, snapshot.begin.rows_estimated), &snapshot);
  }
  for (auto& [table, sinks] : anew) {
    RETURN_IF_ERROR(Abandon(table));
    OrderWhole(parts_.tables.Find(table)->schema.qualified_name(), std::move(sinks));
  }
  return {};
}

Status CaptureCopies::TakeOrders() {
  for (core::CopyOrder& order : parts_.context.orders.TakeAll()) orders_.push_back(std::move(order));
  std::vector<core::CopyOrder> later;
  for (core::CopyOrder& order : orders_) {
    if (order.renew) {
      ASSIGN_OR_RETURN(const bool done, Renew(order));
      if (!done) later.push_back(std::move(order));
      continue;
    }
    CapturedTable* table = parts_.tables.FindQualified(order.table);
    if (!parts_.registrar.Follows(table)) {
      if (table == nullptr) parts_.context.observer.OnEvent(Error(kTableMissing, {{"table", order.table}}));
      continue;
    }
    if (desk_.IsCopying(table->schema.table)) {
      if (!IsAddressed(table->schema.table, order.sinks)) later.push_back(std::move(order));
      continue;
    }
    RETURN_IF_ERROR(Begin(*table, std::move(order.sinks)));
  }
  orders_ = std::move(later);
  return OpenWhole();
}

// False while it must wait: the schema is read between transactions, at the end of what the server has, so
// that it is the one of the rows that follow.
Result<bool> CaptureCopies::Renew(core::CopyOrder& order) {
  if (!parts_.stream.caught_up() || parts_.stream.in_transaction()) return false;
  const size_t dot = order.table.find('.');
  CHECK(dot != std::string::npos);
  ASSIGN_OR_RETURN(Discovery found, DiscoverTable(parts_.control, order.table.substr(0, dot),
                                                  order.table.substr(dot + 1), Readings(parts_.options)));
  CapturedTable* table = parts_.tables.FindQualified(order.table);
  if (found.tables.empty() || !parts_.patterns.Matches(order.table)) {
    const Error why = found.findings.empty() ? Error(kTableMissing, {{"table", order.table}})
                                             : found.findings.front().message;
    // What is captured still goes on until the stream itself shows why it cannot.
    if (table != nullptr && !table->stopped) {
      parts_.context.observer.OnEvent(why);
    } else {
      parts_.context.observer.OnTableStopped(order.table, why);
    }
    return true;
  }
  RETURN_IF_ERROR(parts_.stream.Append());
  if (table != nullptr) RETURN_IF_ERROR(Abandon(table->schema.table));
  ASSIGN_OR_RETURN(table, parts_.registrar.Begin(table, std::move(found.tables.front()), std::nullopt));
  if (table == nullptr) return true;
  parts_.context.observer.OnTableBegun(table->schema);
  RETURN_IF_ERROR(Begin(*table, std::move(order.sinks)));
  return true;
}

// The copy of the table that has no end yet gets one.
Status CaptureCopies::Abandon(core::TableId table) {
  desk_.Drop(table);
  const auto snapshot = parts_.writer.state().snapshots.find(table);
  if (snapshot == parts_.writer.state().snapshots.end() || snapshot->second.ended) return {};
  auto ended = parts_.writer.AppendFrame(core::CopyEnd{snapshot->second.begin.snapshot, table, true});
  return ended.ok() ? Status() : Status(ended.error());
}

bool CaptureCopies::IsAddressed(core::TableId table, const std::vector<std::string>& sinks) const {
  const auto snapshot = parts_.writer.state().snapshots.find(table);
  if (snapshot == parts_.writer.state().snapshots.end()) return false;
  const auto& addressed = snapshot->second.begin.subscriptions;
  return std::ranges::all_of(
      sinks, [&](const std::string& sink) { return std::ranges::count(addressed, sink) > 0; });
}

Result<core::SnapshotId> CaptureCopies::AppendBegin(const CapturedTable& table,
                                                    std::vector<std::string> sinks) {
  RETURN_IF_ERROR(parts_.stream.Append());
  core::CopyBegin begin;
  begin.snapshot = parts_.writer.state().next_snapshot;
  begin.table = table.schema.table;
  begin.generation = table.schema.generation;
  begin.schema = table.schema.id;
  begin.subscriptions = std::move(sinks);
  begin.rows_estimated = table.rows_estimated;
  if (auto appended = parts_.writer.AppendFrame(begin); !appended.ok()) return appended.error();
  return begin.snapshot;
}

Status CaptureCopies::Begin(CapturedTable& table, std::vector<std::string> sinks) {
  const bool nothing = parts_.options.snapshot.mode == SnapshotMode::kNone && !table.copy_whole;
  if (!nothing && table.schema.key_kind == core::KeyKind::kWholeRow) {
    OrderWhole(table.schema.qualified_name(), std::move(sinks));
    return {};
  }
  ASSIGN_OR_RETURN(const core::SnapshotId snapshot, AppendBegin(table, std::move(sinks)));
  if (nothing) {
    auto ended = parts_.writer.AppendFrame(core::CopyEnd{snapshot, table.schema.table, false});
    return ended.ok() ? Status() : Status(ended.error());
  }
  parts_.context.observer.OnCopyProgress(table.schema.qualified_name(), 0, table.rows_estimated, false);
  desk_.Add(table.schema, snapshot, table.rows_estimated, nullptr);
  return {};
}

// A stopped table's copy has no end.
void CaptureCopies::DropStopped() {
  for (const auto& table : parts_.tables.all()) {
    if (table->stopped && desk_.IsCopying(table->schema.table)) desk_.Drop(table->schema.table);
  }
}

Status CaptureCopies::Advance() {
  if (awaited_) RETURN_IF_ERROR(OnPlace());
  if (desk_.idle()) {
    workers_.reset();
    return {};
  }
  DropStopped();
  if (parts_.stream.has_finished()) RETURN_IF_ERROR(parts_.stream.Append());
  for (const auto& table : parts_.tables.all()) {
    if (!table->stopped) desk_.Evolve(table->schema, parts_.stream.reached());
  }
  ASSIGN_OR_RETURN(const auto refusal, desk_.Advance(parts_.stream.reached()));
  if (refusal && refusal->anew) {
    RETURN_IF_ERROR(BeginAnew(refusal->table, refusal->why));
  } else if (refusal) {
    CapturedTable* table = parts_.tables.Find(refusal->table);
    RETURN_IF_ERROR(parts_.stream.StopTable(*table, refusal->why));
    desk_.Drop(refusal->table);
  }
  if (!workers_ && !desk_.idle())
    workers_.emplace(parts_.views, desk_, parts_.context.budget, parts_.options.snapshot.workers);
  return {};
}

}  // namespace renkei::sources::mysql
