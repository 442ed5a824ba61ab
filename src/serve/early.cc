#include "serve/early.h"

#include "duckdb/sql_text.h"
#include "serve/codes.h"
#include "warehouse/codes.h"

namespace renkei::serve {

namespace {

std::string EstimateOf(const std::vector<pipeline::TableStatus>& tables, const std::string& name) {
  for (const pipeline::TableStatus& table : tables) {
    if (table.table == name) return std::to_string(table.rows_estimated);
  }
  return "0";
}

std::string StateOf(const std::vector<pipeline::SourceStatus>& sources, const std::string& name) {
  for (const pipeline::SourceStatus& source : sources) {
    if (source.name == name) return std::string(pipeline::RunStateName(source.state));
  }
  return "";
}

}  // namespace

Error ExplainEarly(const pipeline::Pipeline& pipeline, const Error& error) {
  if (error.code() != warehouse::kUnknownTable && error.code() != warehouse::kUnknownTableNear) return error;
  const std::string named(error.field("table"));
  const std::string asked = renkei::duckdb::FoldCase(named);
  const pipeline::PipelineStatus status = pipeline.Read();
  for (const pipeline::SinkPart& sink : pipeline.sinks()) {
    for (const pipeline::SourcePart& source : pipeline.sources()) {
      for (const std::string& table : pipeline.planner().RoutedTables(sink.name, source.name)) {
        if (renkei::duckdb::FoldCase(table) != asked) continue;
        return Error(warehouse::kBeingCopied,
                     {{"table", named}, {"rows", "0"}, {"estimate", EstimateOf(status.tables, table)}});
      }
    }
  }
  for (const pipeline::SourcePart& source : pipeline.sources()) {
    if (pipeline.planner().Knows(source.name)) continue;
    return Error(
        kNotKnownYet,
        {{"table", named}, {"source", source.name}, {"state", StateOf(status.sources, source.name)}});
  }
  return error;
}

Error NotOpen(const pipeline::Pipeline& pipeline, const std::string& sink) {
  for (const pipeline::SinkStatus& status : pipeline.Read().sinks) {
    if (status.name == sink)
      return Error(kNotOpenYet,
                   {{"sink", sink}, {"state", std::string(pipeline::RunStateName(status.state))}});
  }
  return Error(kNoSqlHere);
}

}  // namespace renkei::serve
