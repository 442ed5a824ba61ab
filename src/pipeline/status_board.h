// StatusBoard: where the runners write down how they are. Thread-safe; nothing blocks on it for longer than a
// copy of the status takes.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "base/clock.h"
#include "pipeline/status.h"
#include "telemetry/freshness_window.h"

namespace renkei::pipeline {

class StatusBoard {
 public:
  explicit StatusBoard(const base::Clock& clock) : clock_(clock), started_(clock.wall()) {}

  void AddSource(SourceStatus source);
  void AddSink(SinkStatus sink);
  // Edits under the lock. The source or sink must have been added; a table is added when first named.
  void EditSource(const std::string& name, const std::function<void(SourceStatus&)>& edit);
  void EditSink(const std::string& name, const std::function<void(SinkStatus&)>& edit);
  void EditTable(const std::string& sink, const std::string& source, const std::string& table,
                 const std::function<void(TableStatus&)>& edit);
  // Every table of the source, in every sink.
  void EditTablesOf(const std::string& source, const std::function<void(TableStatus&)>& edit);

  // How far the reading of a table's copy is.
  void CopyProgress(const std::string& source, const std::string& table, uint64_t rows, uint64_t estimated);
  // `rows` changes of a table became visible so long after their commit.
  void Visible(const std::string& sink, const std::string& source, const std::string& table,
               std::chrono::microseconds after, uint64_t rows);

  // A copy of all, with freshness and rates as of now.
  PipelineStatus Read() const;

 private:
  using TableKey = std::tuple<std::string, std::string, std::string>;  // source, table, sink
  // A copy as it grows at a destination.
  struct Copying {
    base::MonoTime began;
    uint64_t rows_at_begin = 0;
  };
  void FollowCopy(const TableKey& key, const TableStatus& table);
  void AddRate(const TableKey& key, TableStatus& table) const;

  const base::Clock& clock_;
  const base::WallTime started_;
  mutable std::mutex mutex_;
  std::map<std::string, SourceStatus> sources_;
  std::map<std::string, SinkStatus> sinks_;
  std::map<TableKey, TableStatus> tables_;
  std::map<TableKey, Copying> copying_;
  std::map<std::string, telemetry::FreshnessWindow> sink_freshness_;
  std::map<TableKey, telemetry::FreshnessWindow> table_freshness_;
};

}  // namespace renkei::pipeline
