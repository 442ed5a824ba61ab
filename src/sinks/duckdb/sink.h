// DuckdbSink: the embedded warehouse as a destination. Cycles are transactions of DuckDB; the sink's cursors
// and table states are rows of the same file and commit with them (invariant 1). See docs/sinks/duckdb.md.
//
// Life: Open, then cycles. Open again after an error that leaves DuckDB unusable. Threads: as core/sink.h
// says; database() may be called from any thread, and what it gives outlives a later Open.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "core/sink.h"
#include "duckdb/database.h"
#include "sinks/duckdb/checkpoint_policy.h"
#include "sinks/duckdb/config.h"
#include "sinks/duckdb/state_tables.h"

namespace renkei::sinks::duckdb {

class DuckdbSink final : public core::Sink {
 public:
  // `name` is the sink's in the configuration, as CopyBegin frames address it. `insert_means_absent`: the
  // sources that declare it.
  DuckdbSink(std::string name, Options options, std::set<std::string> insert_means_absent = {});
  ~DuckdbSink() override;

  core::SinkCapabilities capabilities() const override;
  Status Open() override;
  std::optional<core::SinkCursor> Cursor(const std::string& source) const override;
  std::vector<core::SinkTable> Tables() const override;
  Result<core::CycleReport> Apply(const std::vector<core::Slice>& slices) override;
  Result<bool> Maintain() override;
  Result<std::unique_ptr<core::TableReader>> OpenTableReader(const std::string& source,
                                                             const std::string& table) override;
  Result<std::unique_ptr<core::TableReader>> OpenRows(const std::string& source, const std::string& table,
                                                      const core::RowFilter& wanted) override;

  // The open file, for queries beside the cycles; null before Open.
  std::shared_ptr<renkei::duckdb::Database> database() const;
  const Options& options() const { return options_; }

 private:
  // All of the slices but those tables, which are stopped by the same commit.
  Result<core::CycleReport> ApplyWithout(const std::map<std::string, Error>& set_aside,
                                         const std::vector<core::Slice>& slices);
  Status WarmUp();

  const std::string name_;
  const Options options_;
  const std::set<std::string> insert_means_absent_;

  // What other threads see; replaced after each commit.
  mutable std::mutex mutex_;
  std::shared_ptr<renkei::duckdb::Database> database_;
  Cursors cursors_;
  StoredTables tables_;

  // The applying thread's own.
  std::unique_ptr<renkei::duckdb::Connection> writer_;
  uint64_t apply_epoch_ = 0;
  CheckpointPolicy checkpoints_;
};

}  // namespace renkei::sinks::duckdb
