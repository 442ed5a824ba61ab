#include "serve/status_json.h"

#include <optional>

#include "serve/json_write.h"
#include "telemetry/wall_text.h"

namespace renkei::serve {

namespace {

using pipeline::FreshnessStatus;
using pipeline::RunStateName;

void PutMaybe(JsonWriter& writer, std::string_view key, std::optional<double> number) {
  PutKey(writer, key);
  if (number) {
    writer.Double(*number);
  } else {
    writer.Null();
  }
}

void PutFreshness(JsonWriter& writer, const std::optional<FreshnessStatus>& freshness) {
  PutKey(writer, "freshness_ms");
  writer.StartObject();
  PutMaybe(writer, "p50", freshness ? std::optional(freshness->p50_ms) : std::nullopt);
  PutMaybe(writer, "p99", freshness ? std::optional(freshness->p99_ms) : std::nullopt);
  Put(writer, "rows", freshness ? freshness->rows : 0);
  writer.EndObject();
}

void PutError(JsonWriter& writer, const std::optional<Error>& error) {
  PutKey(writer, "last_error");
  if (error) {
    WriteError(*error, writer);
  } else {
    writer.Null();
  }
}

void PutSource(JsonWriter& writer, const pipeline::SourceStatus& source) {
  writer.StartObject();
  Put(writer, "name", source.name);
  Put(writer, "type", source.type);
  Put(writer, "state", RunStateName(source.state));
  Put(writer, "position", source.position);
  PutKey(writer, "lag_ms");
  writer.Int64(source.lag_ms);
  PutKey(writer, "caught_up");
  writer.Bool(source.caught_up);
  Put(writer, "server", source.server);
  Put(writer, "transactions", source.transactions);
  Put(writer, "rows", source.rows);
  Put(writer, "bytes", source.bytes);
  Put(writer, "attempts", source.attempts);
  Put(writer, "log_bytes", source.log_bytes);
  PutKey(writer, "guarantees");
  writer.StartObject();
  Put(writer, "boundaries", source.boundaries);
  Put(writer, "snapshot_position", source.snapshot_position);
  Put(writer, "commit_time", source.commit_time);
  writer.EndObject();
  PutError(writer, source.last_error);
  writer.EndObject();
}

void PutSink(JsonWriter& writer, const pipeline::SinkStatus& sink) {
  writer.StartObject();
  Put(writer, "name", sink.name);
  Put(writer, "type", sink.type);
  Put(writer, "state", RunStateName(sink.state));
  PutFreshness(writer, sink.freshness);
  Put(writer, "cycles", sink.cycles);
  Put(writer, "rows", sink.rows);
  PutMaybe(writer, "last_cycle_ms", sink.last_cycle_ms);
  Put(writer, "pending_bytes", sink.pending_bytes);
  Put(writer, "lag_transactions", sink.lag_transactions);
  PutKey(writer, "offsets");
  writer.StartObject();
  for (const auto& [source, offset] : sink.offsets) Put(writer, source, offset);
  writer.EndObject();
  PutKey(writer, "guarantees");
  writer.StartObject();
  Put(writer, "atomic_scope", sink.atomic_scope);
  Put(writer, "repeat_safety", sink.repeat_safety);
  writer.EndObject();
  PutError(writer, sink.last_error);
  writer.EndObject();
}

void PutTable(JsonWriter& writer, const pipeline::TableStatus& table) {
  writer.StartObject();
  Put(writer, "source", table.source);
  Put(writer, "table", table.table);
  Put(writer, "sink", table.sink);
  Put(writer, "destination", table.destination);
  Put(writer, "state", RunStateName(table.state));
  PutKey(writer, "repairing");
  writer.Bool(table.owed);
  Put(writer, "generation", uint64_t{table.generation});
  Put(writer, "rows_snapshot", table.rows_snapshot);
  Put(writer, "rows_read", table.rows_read);
  Put(writer, "rows_estimated", table.rows_estimated);
  PutMaybe(writer, "rows_per_s", table.rows_per_s);
  PutMaybe(writer, "left_s", table.left_s);
  Put(writer, "changes_applied", table.changes_applied);
  PutFreshness(writer, table.freshness);
  PutError(writer, table.last_error);
  writer.EndObject();
}

void PutBudget(JsonWriter& writer, const pipeline::BudgetStatus& stage) {
  writer.StartObject();
  Put(writer, "stage", stage.stage);
  Put(writer, "used_bytes", stage.used_bytes);
  Put(writer, "share_bytes", stage.share_bytes);
  Put(writer, "waits", stage.waits);
  writer.EndObject();
}

template <class T, class PutOne>
void PutList(JsonWriter& writer, std::string_view key, const std::vector<T>& list, PutOne put) {
  PutKey(writer, key);
  writer.StartArray();
  for (const T& element : list) put(writer, element);
  writer.EndArray();
}

}  // namespace

std::string StatusJson(const pipeline::PipelineStatus& status) {
  JsonText json;
  JsonWriter& writer = json.writer();
  writer.SetMaxDecimalPlaces(3);
  writer.StartObject();
  Put(writer, "now", telemetry::Rfc3339(status.now));
  Put(writer, "started", telemetry::Rfc3339(status.started));
  PutList(writer, "sources", status.sources, PutSource);
  PutList(writer, "sinks", status.sinks, PutSink);
  PutList(writer, "tables", status.tables, PutTable);
  PutList(writer, "memory", status.budget, PutBudget);
  writer.EndObject();
  return json.Take();
}

}  // namespace renkei::serve
