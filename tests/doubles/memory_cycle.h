// One cycle of the MemorySink, on a copy of what is committed.
#pragma once

#include "tests/doubles/memory_sink.h"

namespace renkei::doubles {

class MemoryCycle {
 public:
  MemoryCycle(std::string name, SinkFault fault, MemoryDestination::State& state)
      : name_(std::move(name)), fault_(fault), state_(state) {}

  Status ApplySlice(const core::Slice& slice);
  core::CycleReport TakeReport();

 private:
  // Which transactions of the log count, and for which versions.
  struct Pass {
    const core::Slice& slice;
    bool copy;
    core::Address from;
    core::Address to;
  };

  Status CheckContinues(const core::Slice& slice) const;
  Status ApplyEntries(const Pass& pass, const std::vector<core::Entry>& entries);
  Status ApplyEntry(const Pass& pass, const core::Entry& entry);
  Status ApplySet(const Pass& pass, const core::Entry& entry, const core::ChangeSet& set);
  void ApplyItem(const Pass& pass, const core::Entry& entry, const core::Item& item,
                 const std::vector<bool>& counts);
  void ApplySchemaChange(const Pass& pass, const core::Entry& entry, const core::SchemaChange& change);
  void ApplyRepair(const Pass& pass, const core::Entry& entry, const core::Batch& rows);
  void ApplyRow(MemoryTable& table, const core::Batch& batch, uint32_t row);
  void CountRow(MemoryTable& table, const core::Batch& batch, uint32_t row);
  void Count(MemoryTable& table, MemoryRow row, int64_t copies);
  Status StartCopy(const Pass& pass, const core::Entry& entry, const core::CopyBegin& begin);
  Status ApplyChunk(const Pass& pass, const core::ChunkMarker& marker);
  void EndCopy(const Pass& pass, const core::CopyEnd& end);
  void StopTable(const Pass& pass, const core::Gap& gap);
  void ShowComplete(const std::string& source);
  // The version that the pass writes to; nullptr if none.
  MemoryTable* Target(const Pass& pass, core::TableId table, core::Address address);
  core::TableChanges& ReportOf(const std::string& source, const MemoryTable& table);

  const std::string name_;
  const SinkFault fault_;
  MemoryDestination::State& state_;
  std::map<std::string, core::TableChanges> report_;
};

}  // namespace renkei::doubles
