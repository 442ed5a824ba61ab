// SelfRepair: mends by itself what captures say the log omits: children of foreign keys whose parents
// changed, and tables that were still owed a comparison when the capture began. The rows meant are looked up
// in the sinks by the columns that the capture names, and read again at the source; where any row may be
// meant the table is compared.
#pragma once

#include <map>
#include <string>
#include <thread>
#include <utility>

#include "pipeline/pipeline.h"
#include "telemetry/journal.h"
#include "verify/repair.h"

namespace renkei::verify {

class SelfRepair {
 public:
  // Works on a thread of its own until it is destroyed. Both must outlive it.
  SelfRepair(pipeline::Pipeline& pipeline, telemetry::Journal& journal);

 private:
  using OfTable = pipeline::UnloggedQueue::OfTable;

  void Run(const std::stop_token& stop);
  void Serve(const OfTable& owed);
  Status Mend(const OfTable& owed, const std::vector<TableName>& names, bool whole);
  Status MendRows(const TableName& name, const core::TableSchema& schema, const core::UnloggedChange& change,
                  RepairResult& result);
  // The table is compared, after a while.
  void TryLater(const OfTable& owed);

  pipeline::Pipeline& pipeline_;
  telemetry::Journal& journal_;
  std::stop_token stop_;
  GivenUp given_up_ = [this] { return stop_.stop_requested(); };
  struct Later {
    OfTable owed;
    base::MonoTime at;
    int64_t wait_us = 0;
  };
  std::map<std::pair<std::string, core::TableId>, Later> later_;
  std::jthread thread_;
};

}  // namespace renkei::verify
