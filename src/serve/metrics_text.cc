#include "serve/metrics_text.h"

#include "telemetry/metrics.h"

namespace renkei::serve {

namespace {

using pipeline::RunState;
using telemetry::Labels;
using telemetry::Metrics;

constexpr double kMillisPerSecond = 1000;

void AddState(Metrics& metrics, std::string_view name, const Labels& labels, RunState state) {
  for (const RunState each : {RunState::kStarting, RunState::kCopying, RunState::kLive, RunState::kPaused,
                              RunState::kStopped, RunState::kEnded}) {
    Labels with_state = labels;
    with_state.emplace_back("state", pipeline::RunStateName(each));
    metrics.GetGauge(name, "1 for the state it is in.", with_state).Set(each == state ? 1 : 0);
  }
}

void AddFreshness(Metrics& metrics, std::string_view name, const Labels& labels,
                  const std::optional<pipeline::FreshnessStatus>& freshness) {
  if (!freshness) return;
  const auto set = [&](std::string quantile, double ms) {
    Labels with_quantile = labels;
    with_quantile.emplace_back("quantile", std::move(quantile));
    metrics.GetGauge(name, "From commit to visible, over the last minute's rows.", with_quantile)
        .Set(ms / kMillisPerSecond);
  };
  set("0.5", freshness->p50_ms);
  set("0.99", freshness->p99_ms);
}

void AddSource(Metrics& metrics, const pipeline::SourceStatus& source) {
  const Labels labels{{"source", source.name}};
  AddState(metrics, "renkei_source_state", labels, source.state);
  metrics.GetCounter("renkei_source_transactions_total", "Transactions captured.", labels)
      .Add(source.transactions);
  metrics.GetCounter("renkei_source_rows_total", "Changed rows captured.", labels).Add(source.rows);
  metrics.GetCounter("renkei_source_bytes_total", "Bytes of changes captured.", labels).Add(source.bytes);
  metrics.GetCounter("renkei_source_attempts_total", "Starts of the capture.", labels).Add(source.attempts);
  metrics.GetGauge("renkei_source_lag_seconds", "Age of the captured end; 0 when caught up.", labels)
      .Set(static_cast<double>(source.lag_ms) / kMillisPerSecond);
  metrics.GetGauge("renkei_hub_log_bytes", "Size of the source's log on disk.", labels)
      .Set(static_cast<double>(source.log_bytes));
}

void AddSink(Metrics& metrics, const pipeline::SinkStatus& sink) {
  const Labels labels{{"sink", sink.name}};
  AddState(metrics, "renkei_sink_state", labels, sink.state);
  metrics.GetCounter("renkei_sink_cycles_total", "Transactions committed at the destination.", labels)
      .Add(sink.cycles);
  metrics.GetCounter("renkei_sink_rows_total", "Rows applied.", labels).Add(sink.rows);
  metrics.GetGauge("renkei_sink_cycle_seconds", "How long the last cycle took.", labels)
      .Set(sink.last_cycle_ms / kMillisPerSecond);
  metrics.GetGauge("renkei_sink_pending_bytes", "Read ahead and not yet applied.", labels)
      .Set(static_cast<double>(sink.pending_bytes));
  metrics.GetGauge("renkei_sink_lag_transactions", "Durable in the hub and not yet applied.", labels)
      .Set(static_cast<double>(sink.lag_transactions));
  AddFreshness(metrics, "renkei_sink_freshness_seconds", labels, sink.freshness);
}

void AddTable(Metrics& metrics, const pipeline::TableStatus& table) {
  const Labels labels{{"source", table.source}, {"table", table.table}, {"sink", table.sink}};
  AddState(metrics, "renkei_table_state", labels, table.state);
  metrics.GetCounter("renkei_table_changes_total", "Changes applied.", labels).Add(table.changes_applied);
  metrics.GetGauge("renkei_table_copied_rows", "Rows of the copy at the destination.", labels)
      .Set(static_cast<double>(table.rows_snapshot));
  AddFreshness(metrics, "renkei_table_freshness_seconds", labels, table.freshness);
}

}  // namespace

std::string MetricsText(const pipeline::PipelineStatus& status) {
  Metrics metrics;
  for (const pipeline::SourceStatus& source : status.sources) AddSource(metrics, source);
  for (const pipeline::SinkStatus& sink : status.sinks) AddSink(metrics, sink);
  for (const pipeline::TableStatus& table : status.tables) AddTable(metrics, table);
  for (const pipeline::BudgetStatus& stage : status.budget) {
    const Labels labels{{"stage", stage.stage}};
    metrics.GetGauge("renkei_memory_used_bytes", "Held by the stage of the data path.", labels)
        .Set(static_cast<double>(stage.used_bytes));
    metrics.GetGauge("renkei_memory_share_bytes", "What the stage may hold.", labels)
        .Set(static_cast<double>(stage.share_bytes));
    metrics.GetCounter("renkei_memory_waits_total", "Times the stage waited for room: back-pressure.", labels)
        .Add(stage.waits);
  }
  metrics.GetGauge("renkei_process_start_seconds", "When the process started, since 1970.")
      .Set(static_cast<double>(status.started.value) / base::kMicrosPerSecond);
  return metrics.Text();
}

}  // namespace renkei::serve
