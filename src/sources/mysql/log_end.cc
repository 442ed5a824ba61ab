#include "sources/mysql/log_end.h"

#include "core/row_copy.h"
#include "sources/mysql/codes.h"

namespace renkei::sources::mysql {

namespace {

// Another capture may win several races in a row, but not for ever.
constexpr int kAttemptsMax = 100;

void DropContained(core::ChangeSet& set, const LogPosition& head, const core::LogState& state) {
  std::vector<std::optional<uint32_t>> places;
  std::vector<core::Transaction> kept;
  for (core::Transaction& transaction : set.transactions) {
    const auto id = ParseTransactionId(transaction.id);
    if (id && head.Contains(*id)) {
      places.emplace_back();
    } else {
      places.emplace_back(static_cast<uint32_t>(kept.size()));
      kept.push_back(std::move(transaction));
    }
  }
  std::vector<core::Item> items;
  for (core::Item& item : set.items) {
    if (auto* batch = std::get_if<core::Batch>(&item)) {
      const auto transactions = batch->transactions.as<uint32_t>();
      core::Batch rest = core::SomeRows(*batch, state.schemas.at(batch->schema),
                                        [&](uint32_t row) { return places[transactions[row]]; });
      if (rest.rows > 0) items.emplace_back(std::move(rest));
    } else if (auto* truncate = std::get_if<core::Truncate>(&item)) {
      if (!places[truncate->transaction]) continue;
      truncate->transaction = *places[truncate->transaction];
      items.push_back(std::move(item));
    } else {
      items.push_back(std::move(item));
    }
  }
  set.transactions = std::move(kept);
  set.items = std::move(items);
}

}  // namespace

Result<LogEnd> LogEnd::Open(core::LogWriter& writer, const core::Position& head) {
  auto position = LogPosition::Decode(head);
  if (!position) return Error(kForeignPosition, {{"position", head.bytes}});
  return LogEnd(writer, head, *std::move(position));
}

Status LogEnd::TakeHead(const core::Position& head, const LogPosition& ours) {
  auto position = LogPosition::Decode(head);
  if (!position) return Error(kForeignPosition, {{"position", head.bytes}});
  if (LogPosition::Compare(*position, ours) == core::PositionOrder::kOtherHistory)
    return Error(kHeadConflict, {{"head", position->Show()}, {"expected", ours.Show()}});
  head_ = head;
  position_ = *std::move(position);
  return {};
}

Status LogEnd::Append(core::ChangeSet set, const LogPosition& position, const std::string& note) {
  set.note = note;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    if (set.transactions.empty()) return Tick(position, note, base::WallTime{});
    LogPosition reached = position_;
    reached.Include(position);
    set.prev = head_;
    set.position = reached.Encode();
    ASSIGN_OR_RETURN(const core::AppendResult result, writer_.Append(set));
    if (result.appended) {
      head_ = set.position;
      position_ = std::move(reached);
      return {};
    }
    RETURN_IF_ERROR(TakeHead(result.head, position));
    DropContained(set, position_, writer_.state());
  }
  return Error(kHeadConflict, {{"head", position_.Show()}, {"expected", position.Show()}});
}

Status LogEnd::Tick(const LogPosition& position, const std::string& note, base::WallTime time) {
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    LogPosition reached = position_;
    reached.Include(position);
    core::Position encoded = reached.Encode();
    if (encoded == head_) return {};
    ASSIGN_OR_RETURN(const core::AppendResult result,
                     writer_.AppendTick({core::Lane{0}, head_, encoded, note, time}));
    if (result.appended) {
      head_ = std::move(encoded);
      position_ = std::move(reached);
      return {};
    }
    RETURN_IF_ERROR(TakeHead(result.head, position));
  }
  return Error(kHeadConflict, {{"head", position_.Show()}, {"expected", position.Show()}});
}

Status LogEnd::Jump(const LogPosition& position, const std::string& note, base::WallTime time,
                    uint16_t lost) {
  core::Position encoded = position.Encode();
  ASSIGN_OR_RETURN(const core::AppendResult result,
                   writer_.AppendTick({core::Lane{0}, head_, encoded, note, time, lost}));
  if (!result.appended)
    return Error(kHeadConflict, {{"head", result.head.bytes}, {"expected", position_.Show()}});
  head_ = std::move(encoded);
  position_ = position;
  return {};
}

}  // namespace renkei::sources::mysql
