#include <algorithm>

#include "base/notifier.h"
#include "core/encoding.h"
#include "tests/conformance/hub_stage.h"

namespace renkei::conformance {

namespace {

using core::Address;
using core::Offset;

std::string StateBytes(const core::LogState& state) {
  base::ByteWriter writer;
  core::EncodeState(state, writer);
  return std::string(reinterpret_cast<const char*>(writer.bytes().data()), writer.size());
}

void WhatIsAppendedIsRead(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  verdict.Expect(stage.log().durable_end() == Address{}, "a new log is empty");
  stage.Append(1, 12);
  const auto entries = stage.Read();
  verdict.Equal(HubStage::Names(1, 12), HubStage::Names(entries), "transactions");
  verdict.Expect(stage.log().durable_end() == Address{Offset{12}, 0}, "an offset is a transaction's number");
  if (entries.size() != 12) return;
  const auto& batch = std::get<core::Batch>(std::get<core::Changes>(entries[3].body)->items[0]);
  verdict.Equal(int64_t{4001}, batch.after[0].cells<int64_t>()[1], "a key");
}

void AMismatchChangesNothing(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  stage.Append(1, 3);
  for (uint64_t number : {1, 3, 5}) {
    const auto result = stage.writer().Append(SampleSet({.number = number}));
    if (!verdict.Ok(result, "a set that does not fit is answered")) return;
    verdict.Expect(!result->appended, "a set that does not continue the head is not appended");
    verdict.Equal(SamplePosition(3).bytes, result->head.bytes, "the head that stands in the way");
  }
  const core::Tick tick{core::Lane{0}, SamplePosition(2), SamplePosition(9), "", {}};
  const auto result = stage.writer().AppendTick(tick);
  verdict.Expect(result.ok() && !result->appended, "a tick that does not continue the head is not appended");
  stage.Append(4, 5);
  verdict.Equal(HubStage::Names(1, 5), HubStage::Names(stage.Read()), "transactions");
}

void LanesHaveHeadsOfTheirOwn(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  for (uint64_t number : {1, 2}) {
    for (uint32_t lane : {0, 1}) {
      const auto result = stage.writer().Append(SampleSet({.number = number, .lane = core::Lane{lane}}));
      verdict.Expect(result.ok() && result->appended, "a lane goes on from its own head");
    }
  }
  const auto result = stage.writer().Append(SampleSet({.number = 3, .lane = core::Lane{2}}));
  verdict.Expect(result.ok() && !result->appended && result->head.empty(), "a new lane has no head");
}

void OneWriterAtATime(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  stage.Append(1, 1);
  verdict.Expect(!stage.log().OpenWriter().ok(), "a second writer is refused");
  stage.CloseWriter();
  stage.Append(2, 2);
  verdict.Equal(HubStage::Names(1, 2), HubStage::Names(stage.Read()), "transactions of two writers");
}

void TicksAndFramesHaveAddresses(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  core::LogWriter& writer = stage.writer();
  const auto schema = writer.AppendFrame(core::SchemaFrame{SampleSchema(1)});
  verdict.Expect(schema.ok() && *schema == Address{}, "the first frame's address");
  stage.Append(1, 2);
  const auto tick = writer.AppendTick({core::Lane{0}, SamplePosition(2), SamplePosition(7), "note", {}});
  verdict.Expect(tick.ok() && tick->appended, "a tick is appended");
  const auto begin = writer.AppendFrame(
      core::CopyBegin{core::SnapshotId{1}, core::TableId{1}, core::Generation{1}, {"w"}, 5});
  verdict.Expect(begin.ok() && *begin == Address{Offset{2}, 1}, "a frame's place behind a tick");
  const auto set = writer.Append(SampleSet({.number = 8}));
  verdict.Expect(set.ok() && set->appended && set->next == Address{Offset{3}, 0}, "a set after a tick");
  const auto lost = writer.AppendTick({core::Lane{0}, SamplePosition(8), SamplePosition(30), "", {}, 2140});
  verdict.Expect(lost.ok() && lost->appended, "a tick that says what is lost is appended");
  const auto repair = writer.AppendFrame(SampleRepair(1, 500, 4));
  verdict.Expect(repair.ok() && *repair == Address{Offset{3}, 1}, "a repair's place");
  const auto mark = writer.AppendFrame(core::RepairMark{core::TableId{1}, core::Generation{1}, true, 0, 0});
  verdict.Expect(mark.ok() && *mark == Address{Offset{3}, 2}, "a mark's place");
  verdict.Ok(writer.Sync(), "sync");
  const auto entries = stage.Read();
  verdict.Equal(size_t{9}, entries.size(), "entries");
  if (entries.size() != 9) return;
  const auto* found = std::get_if<core::Repair>(&entries[7].body);
  if (verdict.Expect(found != nullptr && found->rows->rows == 5, "the repair is read as it was")) {
    verdict.Expect(found->rows->operation(4) == core::Operation::kDelete, "its delete too");
    verdict.Equal(int64_t{503}, found->rows->after[0].cells<int64_t>()[3], "a key of the repair");
  }
  core::LogState fold;
  for (const core::Entry& entry : entries) fold.Apply(entry);
  verdict.Expect(StateBytes(fold) == StateBytes(stage.log().State()), "the state is the fold of the entries");
  verdict.Equal(SamplePosition(30).bytes, fold.heads[core::Lane{0}].position.bytes, "the head");
  verdict.Expect(stage.log().State().tables.at(core::TableId{1}).owed, "what is owed stands in the state");
  verdict.Expect(stage.log().State().end == stage.log().durable_end(), "the state knows its end");
  stage.Restart();
  verdict.Expect(StateBytes(fold) == StateBytes(stage.log().State()), "the state after a restart");
  verdict.Expect(stage.log().State().end == stage.log().durable_end(), "the state's end after a restart");
}

void AReaderBeginsAnywhere(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  for (uint64_t number = 1; number <= 8; ++number) {
    stage.Append(number, number);
    verdict.Ok(stage.writer().AppendFrame(core::SchemaFrame{SampleSchema(2)}), "a frame");
  }
  verdict.Ok(stage.writer().Sync(), "sync");
  for (int again = 0; again < 2; ++again) {
    const auto all = stage.Read();
    for (size_t i = 0; i < all.size(); ++i) {
      const auto tail = stage.Read({all[i].address, {}});
      verdict.Equal(all.size() - i, tail.size(), "entries from an address on");
      if (!tail.empty()) verdict.Expect(tail[0].address == all[i].address, "the first of them");
    }
    verdict.Expect(stage.Read({stage.log().durable_end(), {}}).empty(), "nothing after the end");
    stage.Restart();
  }
}

void AReaderWithinASetGetsTheSet(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  stage.Append(1, 1);
  core::ChangeSet set = SampleSet({.number = 2});
  set.transactions.push_back(set.transactions[0]);
  set.transactions.push_back(set.transactions[0]);
  verdict.Ok(stage.writer().Append(set), "a set of three transactions");
  verdict.Ok(stage.writer().Sync(), "sync");
  const auto entries = stage.Read({{Offset{2}, 0}, {}});
  verdict.Expect(entries.size() == 1 && entries[0].address == Address{Offset{1}, 0} &&
                     entries[0].next == Address{Offset{4}, 0},
                 "the set that the address lies in");
}

void AFilterLeavesOutOtherTables(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  for (uint64_t number = 1; number <= 30; ++number) {
    const uint32_t table = number % 3 == 0 ? 7 : 1;
    verdict.Ok(stage.writer().Append(SampleSet({.number = number, .table = table})), "a set");
    if (number % 10 == 0) {
      verdict.Ok(stage.writer().AppendFrame(core::SchemaFrame{SampleSchema(9)}), "a frame");
    }
  }
  core::ChangeSet truncate = SampleSet({.number = 31});
  truncate.items = {core::Truncate{{core::TableId{7}}, false, 0}};
  verdict.Ok(stage.writer().Append(truncate), "a truncate");
  verdict.Ok(stage.writer().Sync(), "sync");
  for (int again = 0; again < 2; ++again) {
    const auto entries = stage.Read({{}, {core::TableId{7}}});
    std::string names;
    for (uint64_t number = 3; number <= 30; number += 3) names += SamplePosition(number).bytes + " ";
    verdict.Equal(names + SamplePosition(31).bytes + " ", HubStage::Names(entries), "sets of the table");
    verdict.Equal(size_t{14}, entries.size(), "frames of no table always come");
    stage.Restart();
  }
}

void PartsCountWithTheirEnd(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  stage.Append(1, 1);
  core::ChangeSet end = SampleSet({.number = 2, .table = 1});
  end.transactions[0].state = core::TransactionState::kEnd;
  core::ChangeSet part = SampleSet({.number = 2, .table = 5, .rows = 10});
  part.transactions[0].state = core::TransactionState::kPart;
  verdict.Ok(stage.writer().AppendPart(part), "an orphan");
  for (int i = 0; i < 3; ++i) {
    const auto place = stage.writer().AppendPart(part);
    if (!verdict.Ok(place, "a part")) return;
    verdict.Equal(uint64_t{10}, place->rows, "rows of a part");
    end.transactions[0].parts.push_back(*place);
  }
  verdict.Ok(stage.writer().Sync(), "sync");
  verdict.Equal(size_t{1}, stage.Read().size(), "entries while the transaction has no end");
  verdict.Ok(stage.writer().Append(end), "the end");
  stage.Append(3, 3);
  for (int again = 0; again < 2; ++again) {
    verdict.Equal(HubStage::Names(1, 3), HubStage::Names(stage.Read()), "transactions");
    const auto of_part = stage.Read({{}, {core::TableId{5}}});
    verdict.Equal(SamplePosition(2).bytes + " ", HubStage::Names(of_part), "sets with parts of the table");
    auto reader = stage.log().OpenReader({});
    if (!verdict.Ok(reader, "a reader")) return;
    for (const core::PartPlace& place : end.transactions[0].parts) {
      const auto read = (*reader)->ReadPart(place);
      if (verdict.Ok(read, "a part is read")) verdict.Equal(uint64_t{10}, (*read)->rows(), "its rows");
    }
    stage.Restart();
  }
}

void PreparedPartsAreNamedByALaterWriter(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  core::ChangeSet part = SampleSet({.number = 1, .table = 5, .rows = 10});
  part.transactions[0].state = core::TransactionState::kPart;
  const auto place = stage.writer().AppendPart(part);
  if (!verdict.Ok(place, "a part")) return;
  core::ChangeSet prepared = SampleSet({.number = 1, .table = 1});
  prepared.transactions[0].state = core::TransactionState::kPrepared;
  prepared.transactions[0].parts = {*place};
  prepared.transactions[0].memo = "xid";
  const std::string id = prepared.transactions[0].id;
  verdict.Ok(stage.writer().Append(prepared), "a prepared transaction");
  stage.Append(2, 3);
  stage.Restart();
  const auto& state = stage.writer().state();
  if (!verdict.Equal(size_t{1}, state.prepared.count(id), "it is known after a restart")) return;
  verdict.Equal(std::string("xid"), state.prepared.at(id).memo, "its memo");
  core::ChangeSet end = SampleSet({.number = 4, .table = 1});
  end.transactions[0].state = core::TransactionState::kEnd;
  end.transactions[0].parts = state.prepared.at(id).parts;
  end.transactions[0].ends = id;
  verdict.Ok(stage.writer().Append(end), "its end");
  verdict.Equal(size_t{0}, stage.writer().state().prepared.size(), "it is over");
  verdict.Ok(stage.writer().Sync(), "sync");
  const auto of_part = stage.Read({{core::Offset{3}, 0}, {core::TableId{5}}});
  verdict.Equal(SamplePosition(4).bytes + " ", HubStage::Names(of_part), "sets with parts of the table");
  auto reader = stage.log().OpenReader({});
  if (!verdict.Ok(reader, "a reader")) return;
  const auto read = (*reader)->ReadPart(*place);
  if (verdict.Ok(read, "the part is read")) verdict.Equal(uint64_t{10}, (*read)->rows(), "its rows");
}

void ChunksAreReadByTheirPlaces(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  std::vector<core::ChunkPlace> places;
  verdict.Ok(stage.writer().AppendFrame(
                 core::CopyBegin{core::SnapshotId{1}, core::TableId{1}, core::Generation{1}, {"w"}, 0}),
             "a copy begins");
  for (int64_t i = 0; i < 4; ++i) {
    const auto chunk = stage.writer().AppendChunk(core::SnapshotId{1}, SampleRows(1, i * 100, 20));
    if (!verdict.Ok(chunk, "a chunk")) return;
    places.push_back(chunk->first);
  }
  verdict.Ok(stage.writer().Sync(), "sync");
  for (int again = 0; again < 2; ++again) {
    auto reader = stage.log().OpenReader({});
    if (!verdict.Ok(reader, "a reader")) return;
    for (size_t i = 0; i < places.size(); ++i) {
      const auto rows = (*reader)->ReadChunk(places[i]);
      if (!verdict.Ok(rows, "a chunk is read")) continue;
      if (!verdict.Equal(20u, rows->rows, "its rows")) continue;
      verdict.Equal(static_cast<int64_t>(i) * 100 + 19, rows->after[0].cells<int64_t>()[19], "its last key");
    }
    stage.Restart();
  }
}

void CursorsOnlyMoveForward(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  stage.Append(1, 5);
  const auto none = stage.hub().Cursor("w", "shop");
  verdict.Expect(none.ok() && !none->has_value(), "no cursor yet");
  for (uint64_t offset : {3, 5, 4}) {
    verdict.Ok(stage.hub().Acknowledge("w", "shop", {Offset{offset}, 0}), "acknowledge");
  }
  verdict.Expect(!stage.hub().Acknowledge("w", "shop", {Offset{6}, 0}).ok(), "what is not there is refused");
  stage.Restart();
  const auto cursor = stage.hub().Cursor("w", "shop");
  verdict.Expect(cursor.ok() && *cursor == Address{Offset{5}, 0}, "the furthest acknowledged address");
  const auto other = stage.hub().Cursor("v", "shop");
  verdict.Expect(other.ok() && !other->has_value(), "another subscription's cursor");
}

void AddressesOutsideAreRefused(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  stage.Append(1, 3);
  verdict.Expect(!stage.log().OpenReader({{Offset{4}, 0}, {}}).ok(), "a reader beyond the end");
  const core::Epoch epoch = stage.log().epoch();
  verdict.Ok(stage.log().CheckAddress(epoch, {Offset{3}, 0}), "the end");
  verdict.Expect(!stage.log().CheckAddress(epoch, {Offset{3}, 1}).ok(), "an address beyond the end");
  verdict.Expect(!stage.log().CheckAddress(core::Epoch{epoch.value + 1}, {Offset{1}, 0}).ok(),
                 "an epoch that never was");
}

void WatchersAreTold(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  base::Notifier notifier;
  stage.log().Watch(&notifier);
  const uint64_t before = notifier.count();
  stage.Append(1, 1);
  const uint64_t after = notifier.WaitBeyond(before, std::chrono::seconds(10));
  verdict.Expect(after > before, "a watcher is told when more is durable");
  stage.log().Unwatch(&notifier);
  const uint64_t seen = notifier.count();
  stage.Append(2, 2);
  verdict.Equal(seen, notifier.count(), "notifications after Unwatch");
}

void LogsAreApart(HubHarness& harness, Verdict& verdict) {
  HubStage stage(harness, verdict);
  stage.Append(1, 2);
  const auto other = stage.hub().OpenLog("../stock/在庫");
  if (!verdict.Ok(other, "a log of any name")) return;
  verdict.Expect((*other)->id() != stage.log().id(), "ids differ");
  verdict.Expect((*other)->durable_end() == Address{}, "the other is empty");
}

}  // namespace

std::vector<HubCase> HubAppendCases() {
  return {
      {"WhatIsAppendedIsRead", WhatIsAppendedIsRead},
      {"AMismatchChangesNothing", AMismatchChangesNothing},
      {"LanesHaveHeadsOfTheirOwn", LanesHaveHeadsOfTheirOwn},
      {"OneWriterAtATime", OneWriterAtATime},
      {"TicksAndFramesHaveAddresses", TicksAndFramesHaveAddresses},
      {"AReaderBeginsAnywhere", AReaderBeginsAnywhere},
      {"AReaderWithinASetGetsTheSet", AReaderWithinASetGetsTheSet},
      {"AFilterLeavesOutOtherTables", AFilterLeavesOutOtherTables},
      {"PartsCountWithTheirEnd", PartsCountWithTheirEnd},
      {"PreparedPartsAreNamedByALaterWriter", PreparedPartsAreNamedByALaterWriter},
      {"ChunksAreReadByTheirPlaces", ChunksAreReadByTheirPlaces},
      {"CursorsOnlyMoveForward", CursorsOnlyMoveForward},
      {"AddressesOutsideAreRefused", AddressesOutsideAreRefused},
      {"WatchersAreTold", WatchersAreTold},
      {"LogsAreApart", LogsAreApart},
  };
}

}  // namespace renkei::conformance
