#include "sinks/duckdb/config.h"

namespace renkei::sinks::duckdb {

const config::Section<Options>& OptionsSection() {
  static const config::Section<Options> section(
      "duckdb", "The embedded warehouse: one DuckDB file that Renkei writes and answers SQL from.",
      [](auto& duckdb) {
        duckdb.Field("path", &Options::path, "The warehouse file; it is created where it is missing.")
            .Required();
        duckdb.Field("from", &Options::from,
                     "Which topics (source.schema.table) the warehouse gets; every table if left out.");
        duckdb
            .Field("schema_change", &Options::schema_change,
                   "What a column that is added, dropped, renamed or widened at the source does here: evolve "
                   "follows it, ignore keeps the columns as they are, stop stops the table.")
            .Choices({{"evolve", SchemaChanges::kEvolve},
                      {"ignore", SchemaChanges::kIgnore},
                      {"stop", SchemaChanges::kStop}});
        duckdb
            .Field("memory", &Options::memory,
                   "The most memory DuckDB may use; beyond it, it spills to disk.")
            .Range(config::MiB(128), config::GiB(1024));
        duckdb.Field("threads", &Options::threads, "How many threads DuckDB uses; 0 for one a processor.")
            .Range(0, 256);
        duckdb
            .Field("apply_cpu", &Options::apply_cpu,
                   "The share of the processors that applying may use while rows are fresh enough.")
            .Range({1}, {100});
        duckdb
            .Field("freshness_aim", &Options::freshness_aim,
                   "How long after its commit a row should be visible at the latest.")
            .Range(std::chrono::milliseconds(50), std::chrono::hours(24));
        duckdb
            .Field("recovery_target", &Options::recovery_target,
                   "How long opening the warehouse after a crash may take; shorter costs more checkpoints.")
            .Range(std::chrono::seconds(1), std::chrono::hours(1));
      });
  return section;
}

}  // namespace renkei::sinks::duckdb
