// The floor of a first copy: DuckDB's appender alone, into a table of the shape that `renkei_load bulk`
// fills, one commit for each 100,000 rows that are ready in memory, and a checkpoint at the end. Prints one
// JSON line.
//
//   renkei_appender_floor FILE ROWS
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>

#include "base/io/system_clock.h"
#include "core/batch_builder.h"
#include "duckdb/appender.h"
#include "duckdb/database.h"
#include "duckdb/types.h"

namespace renkei::bench {
namespace {

constexpr uint32_t kCommitRows = 100'000;

void Must(const Status& status) {
  if (!status.ok()) base::CheckFailed("appender_floor", 0, "a step", status.error().Debug());
}
template <class T>
T Must(Result<T> result) {
  if (!result.ok()) base::CheckFailed("appender_floor", 0, "a step", result.error().Debug());
  return std::move(result).value();
}

core::TableSchema Schema() {
  core::TableSchema schema;
  const auto add = [&](const char* name, core::Type type) {
    core::ColumnSchema column;
    column.name = name;
    column.type = type;
    schema.columns.push_back(std::move(column));
  };
  add("id", {core::Kind::kInt64});
  add("shop", {core::Kind::kInt32});
  add("name", {core::Kind::kText});
  add("made_at", {core::Kind::kTimestamp});
  add("amount", {core::Kind::kDecimal, 12, 2});
  return schema;
}

core::Batch Rows(const core::TableSchema& schema, int64_t from, uint32_t count) {
  core::BatchBuilder builder(schema, {});
  for (int64_t id = from; id < from + count; ++id) {
    const uint64_t random = static_cast<uint64_t>(id) * 0x9e3779b97f4a7c15u >> 20;
    builder.BeginRow(core::Operation::kRead, 0, builder.rows());
    auto& cells = builder.after();
    cells[0].Fixed(id);
    cells[1].Fixed(static_cast<int32_t>(random % 1000));
    cells[2].Varying(fmt::format("name of row {}", id));
    cells[3].Fixed(static_cast<int64_t>(1'767'225'600'000'000 + random % 2'419'200'000'000));
    cells[4].Fixed(static_cast<int64_t>(random % 10'000'000));
  }
  return builder.Finish();
}

void Run(const std::string& path, uint64_t rows) {
  const base::io::SystemClock clock;
  const core::TableSchema schema = Schema();
  const auto database = Must(duckdb::Database::Open({.path = path}));
  const auto connection = Must(database->Connect());
  std::string definition;
  std::vector<duckdb::AppendColumn> columns;
  for (const auto& column : schema.columns) {
    columns.push_back({column.name, column.type});
    definition += (definition.empty() ? "" : ", ") + column.name + " " + duckdb::SqlType(column.type);
  }
  Must(connection->Execute("CREATE TABLE t (" + definition + ")"));
  int64_t spent_ns = 0;
  std::clock_t spent_cpu = 0;
  const auto timed = [&](const auto& step) {
    const std::clock_t cpu = std::clock();
    const int64_t began = clock.mono().value;
    step();
    spent_ns += clock.mono().value - began;
    spent_cpu += std::clock() - cpu;
  };
  for (uint64_t done = 0; done < rows; done += kCommitRows) {
    const core::Batch batch = Rows(schema, static_cast<int64_t>(done), kCommitRows);
    std::vector<const core::Column*> cells;
    for (const core::Column& column : batch.after) cells.push_back(&column);
    timed([&] {
      Must(connection->Execute("BEGIN"));
      auto appender = Must(duckdb::Appender::ToTable(*connection, "main", "t", columns));
      Must(appender.Append({cells, 0, batch.rows}));
      Must(appender.Close());
      Must(connection->Execute("COMMIT"));
    });
  }
  timed([&] { Must(connection->Execute("CHECKPOINT")); });
  fmt::print(R"({{"rows":{},"seconds":{:.3f},"cpu_seconds":{:.3f}}})"
             "\n",
             rows, static_cast<double>(spent_ns) / 1e9,
             static_cast<double>(spent_cpu) / static_cast<double>(CLOCKS_PER_SEC));
}

}  // namespace
}  // namespace renkei::bench

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  renkei::bench::Run(argv[1], std::strtoull(argv[2], nullptr, 10));
  return 0;
}
