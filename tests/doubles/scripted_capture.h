// One running capture of the ScriptedSource. One thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "tests/doubles/scripted_source.h"

namespace renkei::doubles {

class ScriptedCapture {
 public:
  ScriptedCapture(MemoryDatabase& database, SourceFault fault, int64_t chunk_keys,
                  core::CaptureContext& context)
      : database_(database), fault_(fault), chunk_keys_(chunk_keys), context_(context) {}

  Status Run(const std::stop_token& stop);

 private:
  Status Begin();
  Status TakeOrders();
  // One set of the transactions after the head, at most up to `until`. False if there were none.
  Result<bool> Stream(uint64_t until);
  // The next chunk of some copy. False if there is none to be made.
  Result<bool> CopyChunk();
  Status PutChunk(const core::SnapshotState& snapshot, const core::TableSchema& schema,
                  const DatabaseRows& rows, int64_t upper, const std::set<int64_t>& touched);
  void AddRows(const std::vector<DatabaseChange>& changes, uint32_t transaction, core::ChangeSet& set);

  MemoryDatabase& database_;
  const SourceFault fault_;
  const int64_t chunk_keys_;
  core::CaptureContext& context_;
  std::unique_ptr<core::LogWriter> writer_;
  uint64_t head_ = 0;
  bool resumed_ = false;
  // Since the low watermark of the chunk in hand.
  std::optional<std::pair<std::string, std::set<int64_t>>> touched_;
  std::optional<std::pair<core::Batch, core::ChunkMarker>> again_;
};

}  // namespace renkei::doubles
