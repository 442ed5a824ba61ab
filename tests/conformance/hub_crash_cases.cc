// Restarts and crashes: after each the log holds a prefix of what was appended, at least all that Sync
// covered.
#include <fmt/format.h>

#include <random>

#include "tests/conformance/hub_stage.h"

namespace renkei::conformance {

namespace {

using core::Address;
using core::Offset;

void ARestartChangesNothing(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  const core::LogId id = stage.log().id();
  stage.Append(1, 4);
  stage.Restart();
  verdict.Equal(id, stage.log().id(), "the log's id");
  verdict.Equal(HubStage::Names(1, 4), HubStage::Names(stage.Read()), "transactions");
  stage.Append(5, 8);
  stage.Restart();
  verdict.Equal(HubStage::Names(1, 8), HubStage::Names(stage.Read()), "transactions");
}

void WhatIsSyncedSurvives(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  stage.Append(1, 5);
  const core::Epoch epoch = stage.log().epoch();
  for (uint64_t number = 6; number <= 9; ++number) {
    verdict.Ok(stage.writer().Append(SampleSet({.number = number})), "a set without sync");
  }
  stage.Crash();
  verdict.Expect(stage.log().epoch() > epoch, "a crash begins an epoch");
  const uint64_t end = stage.log().durable_end().offset.value;
  verdict.Expect(end >= 5 && end <= 9, "at least what was synced is there, and no more than was appended");
  verdict.Equal(HubStage::Names(1, end), HubStage::Names(stage.Read()), "transactions");
  const core::LogState state = stage.log().State();
  verdict.Equal(SamplePosition(end).bytes, state.heads.at(core::Lane{0}).position.bytes, "the head");
  stage.Append(end + 1, end + 3);
  verdict.Equal(HubStage::Names(1, end + 3), HubStage::Names(stage.Read()), "transactions after going on");
}

void WhatWasSeenStays(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  for (uint64_t number = 1; number <= 30; ++number) {
    verdict.Ok(stage.writer().Append(SampleSet({.number = number})), "a set");
    if (number % 10 != 0) continue;
    const auto seen = stage.Read();
    stage.Crash();
    const auto after = stage.Read();
    if (!verdict.Expect(after.size() >= seen.size(), "what a reader has seen survives a crash")) return;
    for (size_t i = 0; i < seen.size(); ++i) {
      verdict.Expect(after[i].address == seen[i].address, "at the same address");
    }
    number = stage.log().durable_end().offset.value;
    if (number < 10) return;  // nothing was synced in time: nothing to see
  }
}

void AnOldEpochBeyondItsEndIsRefused(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  stage.Append(1, 5);
  const core::Epoch epoch = stage.log().epoch();
  stage.Crash();
  stage.Append(6, 9);
  verdict.Ok(stage.log().CheckAddress(epoch, {Offset{5}, 0}), "the old epoch's end");
  verdict.Expect(!stage.log().CheckAddress(epoch, {Offset{7}, 0}).ok(),
                 "an address that the old epoch can not have had");
  verdict.Ok(stage.log().CheckAddress(stage.log().epoch(), {Offset{7}, 0}), "the same in the new epoch");
}

void PartsOfACrashAreOrphans(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  stage.Append(1, 2);
  core::ChangeSet part = SampleSet({.number = 3, .table = 5, .rows = 10});
  part.transactions[0].state = core::TransactionState::kPart;
  verdict.Ok(stage.writer().AppendPart(part), "a part");
  verdict.Ok(stage.writer().Sync(), "sync");
  stage.Crash();
  verdict.Equal(HubStage::Names(1, 2), HubStage::Names(stage.Read()), "transactions");
  stage.Append(3, 4);
  verdict.Equal(HubStage::Names(1, 4), HubStage::Names(stage.Read()), "transactions");
}

// Any number of crashes, with sets, frames and chunks; markers only name chunks that can be read.
void CrashAfterCrash(HubHarness& harness, Verdict& verdict, uint64_t seed) {
  HubStage stage(harness, verdict);
  std::mt19937_64 random(seed);
  uint64_t number = 0;
  for (int round = 0; round < 6 && !verdict.failed(); ++round) {
    uint64_t synced = number;
    core::SnapshotId snapshot = stage.writer().state().next_snapshot;
    verdict.Ok(stage.writer().AppendFrame(
                   core::CopyBegin{snapshot, core::TableId{1}, core::Generation{1}, {"w"}, 0}),
               "a copy begins");
    for (uint64_t step = 0; step < 5 + random() % 20; ++step) {
      if (random() % 6 == 0) {
        const auto chunk = stage.writer().AppendChunk(snapshot, SampleRows(1, 0, 10));
        if (!verdict.Ok(chunk, "a chunk")) return;
        core::ChunkMarker marker;
        marker.snapshot = snapshot;
        marker.table = core::TableId{1};
        marker.rows = 10;
        marker.place = chunk->first;
        marker.crc = chunk->second;
        verdict.Ok(stage.writer().AppendFrame(marker), "a marker");
      }
      const auto rows = static_cast<uint32_t>(1 + random() % 30);
      verdict.Ok(stage.writer().Append(SampleSet({.number = ++number, .rows = rows})), "a set");
      if (random() % 5 != 0) continue;
      verdict.Ok(stage.writer().Sync(), "sync");
      synced = number;
    }
    stage.Crash();
    const uint64_t end = stage.log().durable_end().offset.value;
    verdict.Expect(end >= synced && end <= number, "a prefix with all that was synced");
    const auto entries = stage.Read();
    verdict.Equal(HubStage::Names(1, end), HubStage::Names(entries), "transactions");
    auto reader = stage.log().OpenReader({});
    if (!verdict.Ok(reader, "a reader")) return;
    for (const core::Entry& entry : entries) {
      const auto* marker = std::get_if<core::ChunkMarker>(&entry.body);
      if (marker == nullptr) continue;
      const auto rows = (*reader)->ReadChunk(marker->place);
      if (verdict.Ok(rows, "a chunk that a marker names")) verdict.Equal(10u, rows->rows, "its rows");
    }
    number = end;
  }
  verdict.Expect(!verdict.failed(), fmt::format("with seed {}", seed));
}

}  // namespace

std::vector<HubCase> HubCrashCases() {
  std::vector<HubCase> cases = {
      {"ARestartChangesNothing", ARestartChangesNothing},
      {"WhatIsSyncedSurvives", WhatIsSyncedSurvives},
      {"WhatWasSeenStays", WhatWasSeenStays},
      {"AnOldEpochBeyondItsEndIsRefused", AnOldEpochBeyondItsEndIsRefused},
      {"PartsOfACrashAreOrphans", PartsOfACrashAreOrphans},
  };
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    cases.push_back({fmt::format("CrashAfterCrash{}", seed), [seed](HubHarness& harness, Verdict& verdict) {
                       CrashAfterCrash(harness, verdict, seed);
                     }});
  }
  return cases;
}

}  // namespace renkei::conformance
