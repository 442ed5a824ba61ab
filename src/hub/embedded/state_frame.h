// What a segment's first frame says, so that everything before the segment may go: what the log adds up to,
// where its epochs began, and which copies are still to be read.
//
//   state_frame := form:u8 (1) count:varint {epoch:varint offset:varint sub:varint}*
//                  count:varint {snapshot:varint table:varint count:varint {subscription:text}*
//                                over:u8 [offset:varint sub:varint]}*
//                  state:text      as core/state_encoding.cc has it
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/result.h"
#include "core/log_entry.h"
#include "core/log_state.h"

namespace renkei::hub::embedded {

struct EpochStart {
  core::Epoch epoch;
  core::Address first;
};

// A snapshot whose rows may still be wanted.
struct BackfillState {
  core::TableId table;
  std::vector<std::string> subscriptions;
  // The address after its end: it ended, was abandoned, or another snapshot of the table took its place.
  std::optional<core::Address> over;
};

struct LogSummary {
  std::vector<EpochStart> epochs;
  std::map<core::SnapshotId, BackfillState> backfills;
  core::LogState state;

  void Apply(const core::Entry& entry);
  // Epochs that began at one address are told apart by nothing, so the newest stands for them.
  void BeginEpoch(core::Epoch epoch, core::Address first);
};

void EncodeSummary(const LogSummary& summary, base::ByteWriter& writer);
Result<LogSummary> DecodeSummary(const base::Buffer& body);

}  // namespace renkei::hub::embedded
