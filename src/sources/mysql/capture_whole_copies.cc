// Copies of tables without a key. The view is opened while the stream rests, so that its place is not behind
// the stream; the copy begins when the stream is exactly there, and the changes after it count.
#include <algorithm>

#include "sources/mysql/capture_copies.h"
#include "sources/mysql/codes.h"

namespace renkei::sources::mysql {

namespace {

constexpr int kAttemptsMax = 60;
constexpr int64_t kRetryAfterUs = 500'000;
// The stream may be on its way to the place through transactions of any size.
constexpr int64_t kPlaceWaitUs = 60 * base::kMicrosPerSecond;

}  // namespace

void CaptureCopies::OrderWhole(const std::string& table, std::vector<std::string> sinks, int attempts) {
  const auto waits = std::ranges::find(whole_orders_, table, &WholeOrder::table);
  if (waits == whole_orders_.end()) {
    whole_orders_.push_back({table, std::move(sinks), attempts});
    return;
  }
  for (std::string& sink : sinks) {
    if (std::ranges::count(waits->sinks, sink) == 0) waits->sinks.push_back(std::move(sink));
  }
}

// One at a time, and only while the stream is near the end: until it is at the view's place the server must
// keep what the view shows.
Status CaptureCopies::OpenWhole() {
  if (awaited_ || whole_orders_.empty() || !parts_.stream.caught_up() || !desk_.has_room()) return {};
  const base::MonoTime now = parts_.clock.mono();
  const auto next = std::ranges::find_if(whole_orders_, [&](const WholeOrder& order) {
    const CapturedTable* known = parts_.tables.FindQualified(order.table);
    return order.not_before <= now && (known == nullptr || !desk_.IsCopying(known->schema.table));
  });
  if (next == whole_orders_.end()) return {};
  WholeOrder order = std::move(*next);
  whole_orders_.erase(next);
  const CapturedTable* table = parts_.tables.FindQualified(order.table);
  if (!parts_.registrar.Follows(table)) return {};
  if (table->schema.key_kind != core::KeyKind::kWholeRow) {
    orders_.push_back({.table = order.table, .sinks = std::move(order.sinks)});
    return {};
  }
  auto read =
      snapshot::WholeRead::Open(parts_.views.captured_at, parts_.views.captured, parts_.stream.last_end(),
                                table->schema, parts_.value_max_of(table->schema));
  if (!read.ok()) return TryAgain(std::move(order), read.error());
  awaited_ = Awaited{std::move(order), std::move(*read), now};
  return OnPlace();
}

Status CaptureCopies::TryAgain(WholeOrder order, const Error& why) {
  if (++order.attempts < kAttemptsMax) {
    order.not_before = base::MonoTime{parts_.clock.mono().value + kRetryAfterUs * 1000};
    whole_orders_.push_back(std::move(order));
    return {};
  }
  CapturedTable* table = parts_.tables.FindQualified(order.table);
  if (why.code() == kNoExactView) return parts_.stream.StopTable(*table, why);
  const Error failed(kCopyFailed, {{"table", order.table}, {"reason", std::string(why.field("reason"))}});
  return parts_.stream.StopTable(*table, failed);
}

Status CaptureCopies::OnPlace() {
  const binlog::BinlogPlace place = awaited_->read->place();
  CapturedTable* table = parts_.tables.FindQualified(awaited_->order.table);
  if (!parts_.registrar.Follows(table)) {
    awaited_.reset();
    return {};
  }
  const bool passed = parts_.stream.last_end() > place;
  const bool reached = parts_.stream.reached().place >= place;
  const int64_t waited_us = base::MicrosBetween(awaited_->since, parts_.clock.mono());
  if (!passed && !reached && waited_us < kPlaceWaitUs) return {};
  Awaited awaited = *std::exchange(awaited_, std::nullopt);
  if (passed || !reached) {
    return TryAgain(std::move(awaited.order),
                    Error(kNoExactView, {{"table", table->schema.qualified_name()},
                                         {"reason", "the stream did not come to the place of the view"}}));
  }
  ASSIGN_OR_RETURN(const core::SnapshotId snapshot, AppendBegin(*table, std::move(awaited.order.sinks)));
  parts_.context.observer.OnCopyProgress(table->schema.qualified_name(), 0, table->rows_estimated, false);
  desk_.AddWhole(table->schema, snapshot, table->rows_estimated, std::move(awaited.read));
  return {};
}

// Its view is lost, or what it showed counts no more.
Status CaptureCopies::BeginAnew(core::TableId id, const Error& why) {
  CapturedTable* table = parts_.tables.Find(id);
  std::vector<std::string> sinks = parts_.writer.state().snapshots.at(id).begin.subscriptions;
  if (++begun_anew_[id] >= kAttemptsMax) {
    RETURN_IF_ERROR(parts_.stream.StopTable(*table, why));
    desk_.Drop(id);
    return {};
  }
  RETURN_IF_ERROR(parts_.stream.Append());
  RETURN_IF_ERROR(Abandon(id));
  OrderWhole(table->schema.qualified_name(), std::move(sinks));
  return {};
}

}  // namespace renkei::sources::mysql
