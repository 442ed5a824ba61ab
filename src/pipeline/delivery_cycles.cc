// The cycles of a DeliveryRunner: what goes into one, and what follows from it.
#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "pipeline/codes.h"
#include "pipeline/delivery_runner.h"
#include "pipeline/freshness_meter.h"

namespace renkei::pipeline {

namespace {

using std::chrono::microseconds;

// Where a sink that does not know the log begins: at the log's end, so that each table is copied at its
// present state; or, if it was just being filled when it was lost, where those copies begin.
core::Address StartOf(const core::Log& log, const std::string& sink) {
  core::Address start = log.durable_end();
  for (const auto& [table, snapshot] : log.State().snapshots) {
    const auto& sinks = snapshot.begin.subscriptions;
    const bool ours = std::find(sinks.begin(), sinks.end(), sink) != sinks.end();
    if (ours && !snapshot.ended && snapshot.begin_address >= log.begin())
      start = std::min(start, snapshot.begin_address);
  }
  return start;
}

core::Address Before(core::Address address) {
  if (address.sub > 0) return {address.offset, address.sub - 1};
  return {core::Offset{address.offset.value - 1}, std::numeric_limits<uint32_t>::max()};
}

size_t CopyWork(const core::Slice& slice, const LogFeed& feed) {
  return slice.copy_from && slice.copy_to && *slice.copy_to > *slice.copy_from ? feed.copy_work() : 0;
}

}  // namespace

Status DeliveryRunner::OpenFeeds() {
  std::vector<core::Slice> first;
  for (const std::string& source : sources_) {
    Result<core::Log*> log = context_.hub.OpenLog(source);
    if (!log.ok()) {
      dropped_ = Error(log.error()).With("source", source);
      context_.journal.Log(Error(*dropped_).With("sink", name_));
      continue;
    }
    std::optional<core::SinkCursor> cursor = sink_.Cursor(source);
    const bool known = cursor.has_value();
    if (!known) {
      cursor = core::SinkCursor{
          .log = (*log)->id(), .epoch = (*log)->epoch(), .main = StartOf(**log, name_), .copy = std::nullopt};
    }
    feeds_.push_back(std::make_unique<LogFeed>(source, **log));
    Status sought = feeds_.back()->Seek(*cursor);
    if (!sought.ok() && FellOff(*feeds_.back(), *cursor)) sought = StartAnew(*feeds_.back(), *cursor);
    if (!sought.ok()) {
      DropFeed(feeds_.size() - 1, sought.error());
      continue;
    }
    (*log)->Watch(&data_);
    watched_.push_back(*log);
    // The place is stored before a copy is ordered, so that the copy can not begin before it.
    if (!known) first.push_back(feeds_.back()->MainSlice());
  }
  if (feeds_.empty() && !sources_.empty()) return NoFeedLeft();
  return first.empty() ? Status() : Apply(first);
}

bool DeliveryRunner::FellOff(const LogFeed& feed, const core::SinkCursor& cursor) {
  if (cursor.log != feed.log().id() || cursor.epoch > feed.log().epoch()) return false;
  return std::min(cursor.main, cursor.copy.value_or(cursor.main)) < feed.log().begin();
}

Status DeliveryRunner::StartAnew(LogFeed& feed, const core::SinkCursor& cursor) {
  const auto show = [](core::Address address) { return std::to_string(address.offset.value); };
  context_.journal.Log(kFellOffLog,
                       {{"sink", name_},
                        {"source", feed.source()},
                        {"stored", show(std::min(cursor.main, cursor.copy.value_or(cursor.main)))},
                        {"begin", show(feed.log().begin())}});
  core::Slice slice;
  slice.source = feed.source();
  slice.log = feed.log().id();
  slice.epoch = feed.log().epoch();
  slice.main_from = cursor.main;
  slice.main_to = cursor.main < feed.log().begin() ? feed.log().durable_end() : cursor.main;
  slice.copy_from = cursor.copy;
  if (cursor.copy) slice.copy_to = slice.main_to;
  for (const core::SinkTable& table : sink_.Tables()) {
    if (table.source != feed.source()) continue;
    core::Entry gap;
    gap.body = core::Gap{
        .table = table.id, .generation = table.generation, .code = kFellOffLog.number, .fields = {}};
    gap.address = gap.next = cursor.main;
    if (slice.main_to > slice.main_from) slice.main.push_back(gap);
    // Behind every copy's begin.
    gap.address = Before(cursor.main);
    if (cursor.copy) slice.copy.push_back(gap);
  }
  ASSIGN_OR_RETURN(const core::CycleReport report, sink_.Apply({slice}));
  const std::optional<core::SinkCursor> stored = sink_.Cursor(feed.source());
  CHECK(stored.has_value());
  RETURN_IF_ERROR(context_.hub.Acknowledge(name_, feed.source(), stored->main));
  return feed.Seek(*stored);
}

void DeliveryRunner::DropFeed(size_t place, const Error& error) {
  const std::string source = feeds_[place]->source();
  dropped_ = Error(error).With("source", source);
  context_.journal.Log(Error(*dropped_).With("sink", name_));
  context_.board.EditSink(name_, [&](SinkStatus& sink) { sink.last_error = error; });
  for (const std::string& table : context_.planner.RoutedTables(name_, source)) {
    context_.board.EditTable(name_, source, table, [&](TableStatus& status) {
      status.state = RunState::kStopped;
      status.last_error = error;
    });
  }
  feeds_.erase(feeds_.begin() + static_cast<ptrdiff_t>(place));
}

Error DeliveryRunner::NoFeedLeft() const {
  return dropped_ ? *dropped_ : Error(kSinkNotRunning, {{"sink", name_}});
}

Status DeliveryRunner::MainCycle() {
  std::vector<core::Slice> slices;
  for (const auto& feed : feeds_) {
    if (!feed->has_main()) continue;
    const bool joint = feed->copying() && feed->copy_reaches_main() &&
                       feed->copy_work() + feed->main_work() <= copy_share_.work_max();
    slices.push_back(joint ? feed->JointSlice() : feed->MainSlice());
  }
  copy_turn_ = true;
  return Apply(slices);
}

Status DeliveryRunner::CopyCycle() {
  std::vector<core::Slice> slices;
  size_t work = 0;
  for (const auto& feed : feeds_) {
    if (!feed->copy_behind()) continue;
    const bool joint =
        feed->copy_reaches_main() && feed->copy_work() + feed->main_work() <= copy_share_.work_max();
    slices.push_back(joint ? feed->JointSlice() : feed->CopySlice(copy_share_.work_max()));
    work += CopyWork(slices.back(), *feed);
  }
  copy_turn_ = false;
  const bool live = AnyLiveTable();
  const base::MonoTime began = context_.clock.mono();
  RETURN_IF_ERROR(Apply(slices));
  copy_share_.OnCycle(std::min(work, copy_share_.work_max()),
                      microseconds(base::MicrosBetween(began, context_.clock.mono())), live);
  return {};
}

Status DeliveryRunner::Apply(const std::vector<core::Slice>& slices) {
  const std::vector<core::SinkTable> before = sink_.Tables();
  const base::MonoTime began = context_.clock.mono();
  ASSIGN_OR_RETURN(const core::CycleReport report, sink_.Apply(slices));
  delivered_ = true;
  pacer_.OnCycle(began, context_.clock.mono());
  MeasureFreshness(name_, slices, before, report, context_.clock.wall(), context_.board);
  for (const auto& feed : feeds_) {
    const std::optional<core::SinkCursor> cursor = sink_.Cursor(feed->source());
    CHECK(cursor.has_value());
    feed->Applied(*cursor);
    const core::Address done = cursor->copy ? std::min(*cursor->copy, cursor->main) : cursor->main;
    RETURN_IF_ERROR(context_.hub.Acknowledge(name_, feed->source(), done));
  }
  Report(slices, report, began);
  return {};
}

Status DeliveryRunner::AdvanceTo(const std::string& source, core::Offset offset,
                                 const std::function<bool()>& given_up) {
  const auto feed = std::find_if(feeds_.begin(), feeds_.end(),
                                 [&](const auto& candidate) { return candidate->source() == source; });
  if (feed == feeds_.end()) return Error(kNoSuchFeed, {{"sink", name_}, {"source", source}});
  const auto at = [&] { return (*feed)->cursor().main.offset; };
  if (at() > offset) {
    return Error(
        kPassedAlready,
        {{"sink", name_}, {"offset", std::to_string(offset.value)}, {"at", std::to_string(at().value)}});
  }
  while (at() < offset) {
    data_seen_ = data_.count();
    RETURN_IF_ERROR((*feed)->FillMain(options_.read_ahead_bytes, context_.clock.mono()));
    const core::Slice slice = (*feed)->MainSlice(offset);
    if (slice.main_to > slice.main_from) {
      RETURN_IF_ERROR(Apply({slice}));
    } else {
      if (stop_) return Error(kStopAsked);
      data_.WaitBeyond(data_seen_, std::chrono::milliseconds(200));
    }
    if (at() < offset && given_up()) return Error(kStopAsked);
  }
  return {};
}

bool DeliveryRunner::AnyLiveTable() const {
  const std::vector<core::SinkTable> tables = sink_.Tables();
  return std::any_of(tables.begin(), tables.end(),
                     [](const core::SinkTable& table) { return table.state == core::SinkTableState::kLive; });
}

}  // namespace renkei::pipeline
