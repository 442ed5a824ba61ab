#include "hub/embedded/state_frame.h"

#include "core/codes.h"
#include "core/encoding.h"

namespace renkei::hub::embedded {

namespace {

constexpr uint8_t kForm = 1;

void PutAddress(core::Address address, base::ByteWriter& writer) {
  writer.Varint(address.offset.value);
  writer.Varint(address.sub);
}

core::Address GetAddress(base::ByteReader& reader) {
  core::Address address;
  address.offset.value = reader.Varint();
  address.sub = static_cast<uint32_t>(reader.VarintUpTo(UINT32_MAX));
  return address;
}

void GetBackfill(base::ByteReader& reader, LogSummary& summary) {
  const core::SnapshotId snapshot{static_cast<uint32_t>(reader.VarintUpTo(UINT32_MAX))};
  BackfillState& backfill = summary.backfills[snapshot];
  backfill.table.value = static_cast<uint32_t>(reader.VarintUpTo(UINT32_MAX));
  backfill.subscriptions.resize(reader.VarintUpTo(reader.left()));
  for (std::string& subscription : backfill.subscriptions) subscription = reader.Text();
  if (reader.Fixed<uint8_t>() != 0) backfill.over = GetAddress(reader);
}

}  // namespace

void LogSummary::Apply(const core::Entry& entry) {
  state.Apply(entry);
  if (const auto* begin = std::get_if<core::CopyBegin>(&entry.body)) {
    for (auto& [snapshot, backfill] : backfills) {
      if (backfill.table == begin->table && !backfill.over.has_value()) backfill.over = entry.address;
    }
    backfills[begin->snapshot] = {begin->table, begin->subscriptions, std::nullopt};
  }
  if (const auto* gap = std::get_if<core::Gap>(&entry.body)) {
    for (auto& [snapshot, backfill] : backfills) {
      if (backfill.table == gap->table && !backfill.over.has_value()) backfill.over = entry.next;
    }
  }
  if (const auto* end = std::get_if<core::CopyEnd>(&entry.body)) {
    if (const auto found = backfills.find(end->snapshot); found != backfills.end()) {
      found->second.over = entry.next;
    }
  }
}

void LogSummary::BeginEpoch(core::Epoch epoch, core::Address first) {
  if (!epochs.empty() && epochs.back().first == first) epochs.pop_back();
  epochs.push_back({epoch, first});
}

void EncodeSummary(const LogSummary& summary, base::ByteWriter& writer) {
  writer.Fixed(kForm);
  writer.Varint(summary.epochs.size());
  for (const EpochStart& start : summary.epochs) {
    writer.Varint(start.epoch.value);
    PutAddress(start.first, writer);
  }
  writer.Varint(summary.backfills.size());
  for (const auto& [snapshot, backfill] : summary.backfills) {
    writer.Varint(snapshot.value);
    writer.Varint(backfill.table.value);
    writer.Varint(backfill.subscriptions.size());
    for (const std::string& subscription : backfill.subscriptions) writer.Text(subscription);
    writer.Fixed(static_cast<uint8_t>(backfill.over.has_value()));
    if (backfill.over.has_value()) PutAddress(*backfill.over, writer);
  }
  base::ByteWriter state;
  core::EncodeState(summary.state, state);
  writer.Varint(state.size());
  writer.Raw(state.bytes().data(), state.size());
}

Result<LogSummary> DecodeSummary(const base::Buffer& body) {
  base::ByteReader reader(body.bytes());
  LogSummary summary;
  if (const auto form = reader.Fixed<uint8_t>(); reader.ok() && form != kForm) {
    return Error(core::kUnknownForm, {{"what", "state frame"}, {"form", std::to_string(form)}});
  }
  summary.epochs.resize(reader.VarintUpTo(reader.left() / 3));
  for (EpochStart& start : summary.epochs) {
    start.epoch.value = static_cast<uint32_t>(reader.VarintUpTo(UINT32_MAX));
    start.first = GetAddress(reader);
  }
  const size_t backfills = reader.VarintUpTo(reader.left() / 4);
  for (size_t i = 0; i < backfills && reader.ok(); ++i) GetBackfill(reader, summary);
  const size_t state_bytes = reader.VarintUpTo(reader.left());
  const size_t start = reader.place();
  reader.Raw(state_bytes);
  if (!reader.ok() || reader.left() != 0) {
    return Error(core::kMalformedBody, {{"what", "state frame"}, {"byte", std::to_string(reader.place())}});
  }
  ASSIGN_OR_RETURN(summary.state, core::DecodeState(body.Slice(start, state_bytes)));
  return summary;
}

}  // namespace renkei::hub::embedded
