#include "verify/self_repair.h"

#include <algorithm>
#include <set>

#include "core/canonical.h"
#include "pipeline/codes.h"
#include "verify/codes.h"
#include "verify/key_orders.h"

namespace renkei::verify {

namespace {

constexpr std::chrono::milliseconds kLook{250};
constexpr int64_t kRetryFirstUs = 200'000;
constexpr int64_t kRetryMaxUs = 60 * base::kMicrosPerSecond;

// The change's columns as places of the schema; none if it has them no more.
std::vector<uint16_t> PlacesOf(const core::UnloggedChange& change, const core::TableSchema& schema) {
  std::vector<uint16_t> places;
  for (const std::string& column : change.columns) {
    const auto place = schema.FindColumn(column);
    if (!place) return {};
    places.push_back(*place);
  }
  return places;
}

}  // namespace

SelfRepair::SelfRepair(pipeline::Pipeline& pipeline, telemetry::Journal& journal)
    : pipeline_(pipeline), journal_(journal), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void SelfRepair::Run(const std::stop_token& stop) {
  stop_ = stop;
  const std::stop_callback wake(stop, [this] { pipeline_.changes().Notify(); });
  for (uint64_t seen = 0; !stop.stop_requested();) {
    seen = pipeline_.changes().WaitBeyond(seen, kLook);
    for (const OfTable& owed : pipeline_.unlogged().TakeAll()) {
      const auto waits = later_.find({owed.source, owed.changes.back().table});
      waits == later_.end() ? Serve(owed) : void(waits->second.owed = owed);
    }
    const base::MonoTime now = pipeline_.clock().mono();
    std::vector<OfTable> due;
    for (const auto& [key, later] : later_) {
      if (base::MicrosBetween(later.at, now) >= later.wait_us) due.push_back(later.owed);
    }
    for (const OfTable& owed : due) Serve(owed);
  }
}

void SelfRepair::Serve(const OfTable& owed) {
  const core::UnloggedChange& last = owed.changes.back();
  const auto key = std::pair(owed.source, last.table);
  const core::Log* log = pipeline_.FindLog(owed.source);
  if (log == nullptr || stop_.stop_requested()) return;
  const core::LogState state = log->State();
  const auto table = state.tables.find(last.table);
  if (table == state.tables.end() || !table->second.owed || table->second.stopped ||
      table->second.schema.generation != last.generation) {
    later_.erase(key);
    return;
  }
  std::vector<TableName> names;
  for (const pipeline::TableStatus& status : pipeline_.Read().tables) {
    if (status.source != owed.source || status.table != table->second.schema.qualified_name()) continue;
    if (status.state != pipeline::RunState::kLive) return TryLater(owed);
    names.push_back({.source = status.source, .table = status.table, .sink = status.sink});
  }
  // What failed before is not known by its rows any more.
  const bool whole = later_.contains(key) || std::ranges::any_of(owed.changes, &core::UnloggedChange::all);
  const Status mended = Mend(owed, names, whole);
  if (stop_.stop_requested()) return;
  if (!mended.ok()) {
    journal_.Log(Error(mended.error()).With("table", table->second.schema.qualified_name()));
    return TryLater(owed);
  }
  later_.erase(key);
}

void SelfRepair::TryLater(const OfTable& owed) {
  Later& later = later_[{owed.source, owed.changes.back().table}];
  later.owed = owed;
  later.at = pipeline_.clock().mono();
  later.wait_us = std::clamp(later.wait_us * 2, kRetryFirstUs, kRetryMaxUs);
}

Status SelfRepair::Mend(const OfTable& owed, const std::vector<TableName>& names, bool whole) {
  const core::UnloggedChange& last = owed.changes.back();
  const core::LogState state = pipeline_.FindLog(owed.source)->State();
  const core::TableSchema& schema = state.tables.at(last.table).schema;
  RepairResult result;
  for (const TableName& name : names) {
    result.name = name;
    if (whole) {
      result = RepairTable(pipeline_, name, {.patience = kRepairPatience, .given_up = given_up_});
      if (result.error) return *result.error;
      journal_.Log(ResultText(result));
      continue;
    }
    for (const core::UnloggedChange& change : owed.changes)
      RETURN_IF_ERROR(MendRows(name, schema, change, result));
  }
  if (names.empty()) return {};
  return SettleDebt(pipeline_, names.front(), result, last.number, given_up_);
}

Status SelfRepair::MendRows(const TableName& name, const core::TableSchema& schema,
                            const core::UnloggedChange& change, RepairResult& result) {
  RETURN_IF_ERROR(AwaitApplied(pipeline_, name, change.after, given_up_));
  ASSIGN_OR_RETURN(auto rows, pipeline_.FindSink(name.sink)->OpenRows(name.source, name.table,
                                                                      {change.columns, change.values}));
  const std::vector<uint16_t> places = PlacesOf(change, rows->schema());
  if (places.empty() || rows->schema().columns != schema.columns)
    return Error(kDifferencesMoved, {{"table", name.table}, {"sink", name.sink}});
  const std::set<std::vector<std::string>> wanted(change.values.begin(), change.values.end());
  KeyOrders orders(pipeline_, name.source, schema);
  for (;;) {
    if (given_up_()) return Error(pipeline::kStopAsked);
    ASSIGN_OR_RETURN(const auto batch, rows->Next());
    if (!batch) break;
    for (uint32_t row = 0; row < batch->rows; ++row) {
      std::vector<std::string> values;
      for (const uint16_t place : places)
        core::AppendCanonical(batch->after[place], row, values.emplace_back());
      if (wanted.contains(values)) orders.Add(*batch, row, given_up_);
    }
  }
  rows.reset();
  ASSIGN_OR_RETURN(const core::RepairDone done, orders.Finish(given_up_));
  result.rows_read += done.rows_read;
  result.rows_gone += done.rows_gone;
  return AwaitApplied(pipeline_, name, done.behind, given_up_);
}

}  // namespace renkei::verify
