// A Source over a MemoryDatabase that captures and copies as CORE 4 says, in the plainest way, and on demand
// does one thing wrong, so that the suite can be seen to notice.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/source.h"
#include "tests/doubles/memory_database.h"

namespace renkei::doubles {

// What a mutant does wrong.
enum class SourceFault : uint8_t {
  kNone,
  kLateLow,           // the low watermark of a chunk is read after its view
  kDoublesChunk,      // every chunk comes again after the next transaction
  kDropsTransaction,  // every seventh transaction moves the head and is not captured
  kRepeatsOnResume,   // the last transaction comes again after a restart
  kEndsCopyEarly,     // a copy ends before its last chunk
};

class ScriptedSource final : public core::Source {
 public:
  explicit ScriptedSource(std::shared_ptr<MemoryDatabase> database, SourceFault fault = SourceFault::kNone,
                          int64_t chunk_keys = 7);

  core::SourceCapabilities capabilities() const override;
  Result<core::Findings> Check() override { return core::Findings(); }
  Result<std::vector<core::TableSchema>> Discover() override;
  Status Capture(core::CaptureContext& context, std::stop_token stop) override;
  Result<core::Position> CurrentPosition() override;
  core::PositionOrder Compare(const core::Position& a, const core::Position& b) const override;
  bool Contains(const core::Position& position, const std::string& transaction_id) const override;
  std::string Show(const core::Position& position) const override { return position.bytes; }
  Result<std::unique_ptr<core::TableReader>> OpenTableReader(const core::TableSchema& table) override;

 private:
  const std::shared_ptr<MemoryDatabase> database_;
  const SourceFault fault_;
  const int64_t chunk_keys_;
};

// The schema that the source reports, without ids.
core::TableSchema ScriptedSchema(const std::string& table);
// "7" for the place after seven transactions.
core::Position ScriptedPosition(uint64_t number);
uint64_t ScriptedNumber(const core::Position& position);

}  // namespace renkei::doubles
