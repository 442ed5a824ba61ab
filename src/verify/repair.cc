#include "verify/repair.h"

#include <algorithm>

#include "pipeline/codes.h"
#include "verify/codes.h"
#include "verify/key_orders.h"

namespace renkei::verify {

namespace {

// Each pass mends up to kKeysMax rows' worth of buckets.
constexpr int kPassesMax = 1000;
// Passes in a row that mend nothing for good.
constexpr int kStandstillMax = 5;
constexpr std::chrono::milliseconds kLook{100};

Result<core::TableSchema> SchemaOf(pipeline::Pipeline& pipeline, const TableName& name) {
  core::Log* log = pipeline.FindLog(name.source);
  if (log == nullptr) return Error(pipeline::kSourceNotRunning, {{"source", name.source}});
  const core::LogState state = log->State();
  const core::TableStateInLog* table = state.FindTable(name.table);
  if (table == nullptr)
    return Error(kNotComplete, {{"table", name.table}, {"sink", name.sink}, {"state", "starting"}});
  return table->schema;
}

// One comparison, and orders for what differs; true: both sides are equal.
Result<bool> Pass(pipeline::Pipeline& pipeline, const VerifyOptions& options, RepairResult& result,
                  uint64_t& differing) {
  ASSIGN_OR_RETURN(core::TableSchema schema, SchemaOf(pipeline, result.name));
  KeyOrders orders(pipeline, result.name.source, std::move(schema));
  VerifyOptions compare = options;
  compare.on_key = [&](const core::Batch& batch, uint32_t row) { orders.Add(batch, row, options.given_up); };
  const TableResult found = VerifyTable(pipeline, result.name, compare);
  ASSIGN_OR_RETURN(const core::RepairDone done, orders.Finish(options.given_up));
  result.rows_read += done.rows_read;
  result.rows_gone += done.rows_gone;
  if (found.error && found.error->code() != kDifferencesMoved) return *found.error;
  result.rows = found.source_rows;
  differing = found.differences.total();
  if (found.equal()) return true;
  RETURN_IF_ERROR(AwaitApplied(pipeline, result.name, done.behind, options.given_up));
  return false;
}

Status Mend(pipeline::Pipeline& pipeline, const VerifyOptions& options, RepairResult& result) {
  uint64_t least = UINT64_MAX;
  uint64_t differing = 0;
  for (int pass = 0, still = 0; pass < kPassesMax && still < kStandstillMax; ++pass) {
    ASSIGN_OR_RETURN(const bool equal, Pass(pipeline, options, result, differing));
    if (equal) return {};
    still = differing < least ? 0 : still + 1;
    least = std::min(least, differing);
  }
  return Error(
      kNotMended,
      {{"table", result.name.table}, {"sink", result.name.sink}, {"differing", std::to_string(differing)}});
}

bool IsStopped(const pipeline::Pipeline& pipeline, const TableName& name) {
  for (const pipeline::TableStatus& table : pipeline.Read().tables) {
    if (table.source == name.source && table.table == name.table && table.sink == name.sink)
      return table.state == pipeline::RunState::kStopped || table.stopped_at_source;
  }
  return false;
}

// Copies that were under way when the position was lost begin again by themselves.
Status AwaitWhole(pipeline::Pipeline& pipeline, const TableName& name, const GivenUp& given_up) {
  for (uint64_t seen = pipeline.changes().count();;) {
    const auto status = pipeline.Read();
    const auto table = std::ranges::find_if(status.tables, [&](const pipeline::TableStatus& each) {
      return each.source == name.source && each.table == name.table && each.sink == name.sink;
    });
    const bool waits = table != status.tables.end() && (table->state == pipeline::RunState::kCopying ||
                                                        table->state == pipeline::RunState::kStarting);
    if (!waits) return {};
    if (given_up()) return Error(pipeline::kStopAsked);
    if (pipeline.SinkEnded(name.sink)) return Error(pipeline::kSinkNotRunning, {{"sink", name.sink}});
    if (IsStopped(pipeline, name))
      return Error(kNotComplete, {{"table", name.table}, {"sink", name.sink}, {"state", "stopped"}});
    if (pipeline.SourceEnded(name.source))
      return Error(pipeline::kSourceNotRunning, {{"source", name.source}});
    seen = pipeline.changes().WaitBeyond(seen, kLook);
  }
}

// Its rows differ and cannot be read again by their keys: only a copy mends it.
Result<bool> NeedsCopy(pipeline::Pipeline& pipeline, const TableName& name, const VerifyOptions& options) {
  ASSIGN_OR_RETURN(const core::TableSchema schema, SchemaOf(pipeline, name));
  const bool by_keys = pipeline.FindSource(name.source)->capabilities().can_read_keys;
  if (by_keys && schema.key_kind != core::KeyKind::kWholeRow) return false;
  const TableResult found = VerifyTable(pipeline, name, options);
  if (found.error) return *found.error;
  return !found.equal();
}

}  // namespace

Status AwaitApplied(pipeline::Pipeline& pipeline, const TableName& name, core::Address behind,
                    const GivenUp& given_up) {
  const core::Sink* sink = pipeline.FindSink(name.sink);
  for (uint64_t seen = pipeline.changes().count();;) {
    const auto cursor = sink->Cursor(name.source);
    if (cursor && cursor->main >= behind) return {};
    if (given_up()) return Error(pipeline::kStopAsked);
    if (pipeline.SinkEnded(name.sink)) return Error(pipeline::kSinkNotRunning, {{"sink", name.sink}});
    seen = pipeline.changes().WaitBeyond(seen, kLook);
  }
}

uint64_t LastUnlogged(pipeline::Pipeline& pipeline, const TableName& name) {
  const core::Log* log = pipeline.FindLog(name.source);
  if (log == nullptr) return 0;
  const core::LogState state = log->State();
  const core::TableStateInLog* table = state.FindTable(name.table);
  return table == nullptr ? 0 : pipeline.unlogged().Last(name.source, table->schema.table);
}

Status SettleDebt(pipeline::Pipeline& pipeline, const TableName& name, const RepairResult& result,
                  uint64_t unlogged, const GivenUp& given_up) {
  const core::LogState state = pipeline.FindLog(name.source)->State();
  const core::TableStateInLog* table = state.FindTable(name.table);
  if (table == nullptr || !table->owed) return {};
  // Told since, perhaps by a capture that has ended: its own repair settles it.
  if (LastUnlogged(pipeline, name) > unlogged) return {};
  const core::RepairMark mark{table->schema.table, table->schema.generation, false, result.rows,
                              result.rows_read};
  return KeyOrders(pipeline, name.source, table->schema).Mark(mark, unlogged, given_up);
}

RepairResult RepairTable(pipeline::Pipeline& pipeline, const TableName& name, const VerifyOptions& options) {
  RepairResult result;
  result.name = name;
  const base::MonoTime began = pipeline.clock().mono();
  if (const Status mended = Mend(pipeline, options, result); !mended.ok()) result.error = mended.error();
  result.took_us = base::MicrosBetween(began, pipeline.clock().mono());
  return result;
}

Status RepairTables(pipeline::Pipeline& pipeline, const std::vector<TableName>& names, bool anew,
                    const VerifyOptions& options, const std::function<void(const RepairResult&)>& each) {
  for (size_t i = 0; i < names.size();) {
    const uint64_t unlogged = LastUnlogged(pipeline, names[i]);
    bool equal = true;
    RepairResult last;
    size_t next = i;
    for (;
         next < names.size() && names[next].source == names[i].source && names[next].table == names[i].table;
         ++next) {
      if (options.given_up()) return Error(pipeline::kStopAsked);
      last = {};
      last.name = names[next];
      bool copy = anew || IsStopped(pipeline, names[next]);
      if (!copy) {
        const auto needs = NeedsCopy(pipeline, names[next], options);
        if (!needs.ok()) {
          last.error = needs.error();
          equal = false;
          each(last);
          continue;
        }
        copy = *needs;
      }
      if (copy) {
        const auto ordered = pipeline.Repair({names[next].table});
        if (!ordered.ok()) last.error = ordered.error();
        last.copied_anew = ordered.ok();
        each(last);
        equal = false;
        break;  // for all its sinks at once
      }
      last = RepairTable(pipeline, names[next], options);
      equal = equal && !last.error;
      each(last);
    }
    if (equal) RETURN_IF_ERROR(SettleDebt(pipeline, names[i], last, unlogged, options.given_up));
    const TableName done = names[i];
    while (next < names.size() && names[next].source == done.source && names[next].table == done.table)
      ++next;
    i = next;
  }
  return {};
}

Status RepairSource(pipeline::Pipeline& pipeline, const std::string& source, const VerifyOptions& options,
                    const std::function<void(const RepairResult&)>& each) {
  for (uint64_t seen = pipeline.changes().count(); pipeline.WillGoOnFromPresent(source);) {
    if (options.given_up()) return Error(pipeline::kStopAsked);
    if (pipeline.SourceEnded(source)) return Error(pipeline::kSourceNotRunning, {{"source", source}});
    seen = pipeline.changes().WaitBeyond(seen, kLook);
  }
  const core::LogState state = pipeline.FindLog(source)->State();
  std::vector<TableName> names;
  for (const pipeline::TableStatus& table : pipeline.Read().tables) {
    const core::TableStateInLog* in_log = state.FindTable(table.table);
    if (table.source == source && in_log != nullptr && in_log->owed && !in_log->stopped)
      names.push_back({.source = source, .table = table.table, .sink = table.sink});
  }
  for (const TableName& name : names) RETURN_IF_ERROR(AwaitWhole(pipeline, name, options.given_up));
  return RepairTables(pipeline, names, false, options, each);
}

Error ResultText(const RepairResult& result) {
  if (result.error) return Error(*result.error).With("table", result.name.table);
  if (result.copied_anew) return Error(kCopiedAnew, {{"table", result.name.table}});
  return Error(kRepaired, {{"table", result.name.table},
                           {"sink", result.name.sink},
                           {"rows", std::to_string(result.rows)},
                           {"read", std::to_string(result.rows_read)},
                           {"gone", std::to_string(result.rows_gone)},
                           {"seconds", std::to_string(result.took_us / base::kMicrosPerSecond)}});
}

}  // namespace renkei::verify
