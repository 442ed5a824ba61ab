#include "pipeline/delivery_runner.h"

#include <algorithm>
#include <utility>

#include "pipeline/codes.h"
#include "telemetry/render.h"

namespace renkei::pipeline {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr microseconds kLook = std::chrono::seconds(1);
// Between attempts to open what may be locked by a process that is just ending.
constexpr milliseconds kOpenAgain{500};
// Ticks alone are applied this seldom: they only move the cursor.
constexpr microseconds kTicksWait = std::chrono::seconds(5);

}  // namespace

DeliveryRunner::DeliveryRunner(std::string name, core::Sink& sink, std::vector<std::string> sources,
                               RunnerContext context, DeliveryOptions options, uint64_t seed)
    : name_(std::move(name)),
      sink_(sink),
      sources_(std::move(sources)),
      context_(context),
      options_(std::move(options)),
      backoff_(context.backoff, seed),
      pacer_(options_.pacing),
      copy_share_(options_.pacing.freshness_aim),
      gate_(name_, [this] {
        control_.Notify();
        data_.Notify();
      }) {}

DeliveryRunner::~DeliveryRunner() {
  RequestStop();
  Join();
}

void DeliveryRunner::Start() {
  started_ = context_.clock.mono();
  thread_ = std::thread([this] { Run(); });
}

void DeliveryRunner::RequestStop() {
  stop_ = true;
  gate_.Close();
  control_.Notify();
  data_.Notify();
}

void DeliveryRunner::Join() {
  if (thread_.joinable()) thread_.join();
}

void DeliveryRunner::Run() {
  while (!stop_) {
    const Status ran = OpenAndDeliver();
    gate_.Close();
    for (core::Log* log : std::exchange(watched_, {})) log->Unwatch(&data_);
    feeds_.clear();
    if (ran.ok() || !Recover(ran.error())) break;
  }
  context_.planner.SetSink(name_, nullptr);
  ended_ = true;
  context_.changes.Notify();
}

Status DeliveryRunner::OpenAndDeliver() {
  SetState(RunState::kStarting);
  RETURN_IF_ERROR(sink_.Open());
  opened_once_ = true;
  RETURN_IF_ERROR(OpenFeeds());
  context_.planner.SetSink(name_, &sink_);
  ShowTables();
  options_.on_open();
  if (!stop_) gate_.Open();
  return Deliver();
}

Status DeliveryRunner::Deliver() {
  while (!stop_) {
    if (gate_.wanted()) {
      SetState(RunState::kPaused);
      gate_.Serve([this](const std::string& source, core::Offset offset, const auto& given_up) {
        return AdvanceTo(source, offset, given_up);
      });
      ShowTables();
      continue;
    }
    RETURN_IF_ERROR(Step());
  }
  return {};
}

bool DeliveryRunner::Recover(const Error& error) {
  const telemetry::Retry retry = telemetry::RetryOf(error);
  const bool awaits = retry == telemetry::Retry::kAwaitOther;
  const bool said = awaits && std::exchange(awaits_, awaits);
  awaits_ = awaits;
  if (!said) context_.journal.Log(Error(error).With("sink", name_));
  if (std::exchange(delivered_, false)) backoff_.Reset();
  const bool patient =
      opened_once_ || awaits ||
      base::MicrosBetween(started_, context_.clock.mono()) < microseconds(options_.open_patience).count();
  const bool again = retry != telemetry::Retry::kNever && patient;
  context_.board.EditSink(name_, [&](SinkStatus& sink) {
    sink.state = again ? RunState::kPaused : RunState::kStopped;
    sink.last_error = error;
  });
  if (!again) {
    context_.journal.Log(kPartStopped, {{"part", "sink"}, {"name", name_}});
    return false;
  }
  const milliseconds delay = awaits         ? kOpenAgain
                             : opened_once_ ? backoff_.Next()
                                            : std::min(backoff_.Next(), kOpenAgain);
  if (!awaits)
    context_.journal.Log(kRetrying, {{"part", "sink"},
                                     {"name", name_},
                                     {"delay_ms", std::to_string(delay.count())},
                                     {"attempt", std::to_string(backoff_.attempts())}});
  const uint64_t seen = control_.count();
  if (!stop_) control_.WaitBeyond(seen, delay);
  return !stop_;
}

Status DeliveryRunner::FillFeeds() {
  const size_t each = options_.read_ahead_bytes / std::max<size_t>(1, feeds_.size());
  for (size_t i = 0; i < feeds_.size();) {
    LogFeed& feed = *feeds_[i];
    Status filled = feed.FillMain(each, context_.clock.mono());
    if (filled.ok()) filled = feed.FillCopy(each);
    if (filled.ok()) {
      ++i;
      continue;
    }
    if (FellOff(feed, feed.cursor())) {
      RETURN_IF_ERROR(StartAnew(feed, feed.cursor()));
      options_.on_open();
      continue;
    }
    if (telemetry::RetryOf(filled.error()) != telemetry::Retry::kNever) return filled.error();
    DropFeed(i, filled.error());
  }
  if (feeds_.empty() && !sources_.empty()) return NoFeedLeft();
  return {};
}

Status DeliveryRunner::Step() {
  data_seen_ = data_.count();
  // A sink that is never idle needs it most; where nothing is due it costs nothing.
  ASSIGN_OR_RETURN(const bool maintained, sink_.Maintain());
  RETURN_IF_ERROR(FillFeeds());
  const bool copy_due =
      std::any_of(feeds_.begin(), feeds_.end(), [](const auto& feed) { return feed->copy_behind(); });
  const bool main_waits = MainDue();
  const microseconds wait = Full() ? microseconds(0) : pacer_.Wait(context_.clock.mono(), OldestAge());
  if (main_waits && wait.count() == 0 && !(copy_due && copy_turn_)) return MainCycle();
  if (copy_due) return CopyCycle();
  if (main_waits) {
    const uint64_t seen = control_.count();
    if (!stop_ && !gate_.wanted()) control_.WaitBeyond(seen, wait);
    return {};
  }
  if (!maintained) AwaitData(kLook);
  return {};
}

bool DeliveryRunner::MainDue() const {
  if (std::any_of(feeds_.begin(), feeds_.end(), [](const auto& feed) { return feed->has_changes(); }))
    return true;
  const base::MonoTime now = context_.clock.mono();
  return std::any_of(feeds_.begin(), feeds_.end(),
                     [&](const auto& feed) { return feed->HeldSince(now) >= kTicksWait; });
}

bool DeliveryRunner::Full() const {
  const size_t each = options_.read_ahead_bytes / std::max<size_t>(1, feeds_.size());
  return std::any_of(feeds_.begin(), feeds_.end(),
                     [&](const auto& feed) { return feed->held_bytes() >= each; });
}

microseconds DeliveryRunner::OldestAge() const {
  microseconds age(0);
  for (const auto& feed : feeds_)
    age = std::max(age, feed->OldestAge(context_.clock.wall(), context_.clock.mono()));
  return age;
}

void DeliveryRunner::AwaitData(microseconds at_most) {
  if (!stop_ && !gate_.wanted()) data_.WaitBeyond(data_seen_, at_most);
}

}  // namespace renkei::pipeline
