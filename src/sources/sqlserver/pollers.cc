#include "sources/sqlserver/pollers.h"

#include <algorithm>

#include "sources/sqlserver/codes.h"

namespace renkei::sources::sqlserver {

namespace {

constexpr std::chrono::seconds kAnswerTimeout{600};
constexpr std::chrono::milliseconds kLook{20};
// A step that a lock or a changing table was in the way of.
constexpr int kAttemptsMax = 20;
constexpr std::chrono::milliseconds kPauseLeast{20};
constexpr std::chrono::milliseconds kPauseMost{1000};

}  // namespace

std::vector<core::CopyOrder> Pollers::Stop() {
  for (std::jthread& thread : threads_) thread.request_stop();
  for (const auto& connection : connections_) connection->Interrupt();
  changed_.notify_all();
  threads_.clear();
  std::vector<core::CopyOrder> orders;
  for (const auto& slot : slots_) {
    for (core::CopyOrder& order : slot->lane->TakeOrdersBack()) orders.push_back(std::move(order));
  }
  return orders;
}

void Pollers::Add(std::unique_ptr<Lane> lane) {
  const std::lock_guard lock(mutex_);
  auto slot = std::make_unique<Slot>();
  slot->lane = std::move(lane);
  slots_.push_back(std::move(slot));
}

Status Pollers::Start(const client::Endpoint& endpoint, int connections) {
  for (int i = 0; i < connections; ++i) {
    ASSIGN_OR_RETURN(auto connection, client::Connection::Open(endpoint, kAnswerTimeout));
    connections_.push_back(std::move(connection));
  }
  for (const auto& connection : connections_) {
    threads_.emplace_back([this, &own = *connection](const std::stop_token& stop) { Run(own, stop); });
  }
  return {};
}

std::optional<Error> Pollers::Wait(std::chrono::milliseconds moment, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, moment, [&] { return failure_.has_value(); });
  return failure_;
}

Lane* Pollers::Find(const std::string& table) const {
  const std::lock_guard lock(mutex_);
  for (const auto& slot : slots_) {
    if (slot->lane->Follows(table)) return slot->lane.get();
  }
  return nullptr;
}

Lane* Pollers::Find(core::Lane number) const {
  const std::lock_guard lock(mutex_);
  for (const auto& slot : slots_) {
    if (slot->lane->number() == number) return slot->lane.get();
  }
  return nullptr;
}

void Pollers::Run(client::Connection& connection, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto turn = NextTurn();
    if (!turn) {
      changed_.wait_for(lock, stop, kLook, [] { return false; });
      continue;
    }
    turn->slot->busy = true;
    lock.unlock();
    const Status status = Take(*turn, connection);
    lock.lock();
    turn->slot->busy = false;
    if (!stop.stop_requested()) End(*turn, status);
  }
}

// Readers that wait go first, then the lane that has been due the longest.
std::optional<Pollers::Turn> Pollers::NextTurn() {
  for (const auto& slot : slots_) {
    if (slot->busy) continue;
    const auto request = views_.Take([&](const std::string& table) { return slot->lane->Follows(table); });
    if (request != nullptr) return Turn{slot.get(), request};
  }
  Slot* next = nullptr;
  for (const auto& slot : slots_) {
    if (slot->busy || slot->lane->due() > clock_.mono()) continue;
    if (next == nullptr || slot->lane->due() < next->lane->due()) next = slot.get();
  }
  if (next == nullptr) return std::nullopt;
  return Turn{next, nullptr};
}

Status Pollers::Take(const Turn& turn, client::Connection& connection) {
  Lane& lane = *turn.slot->lane;
  if (turn.request != nullptr) {
    auto answer = lane.StepWithin(*turn.request->view);
    // The view is the reader's: what becomes of it is his to tell.
    const bool ours = !answer.ok() && answer.error().code() != kBusy &&
                      answer.error().code() != kConnectionLost && answer.error().code() != kStatementFailed;
    const Status status = ours ? Status(answer.error()) : Status();
    views_.Answer(turn.request, std::move(answer));
    return status;
  }
  Status status = lane.Step(connection);
  if (status.ok() || status.error().code() == kConnectionLost) return status;
  connection.Cancel();
  if (const Status ended = EndView(connection); !ended.ok()) return ended;
  return status;
}

void Pollers::End(const Turn& turn, const Status& status) {
  if (turn.request != nullptr && status.ok()) return;  // says nothing of the lane's own polls
  if (status.ok()) {
    turn.slot->attempts = 0;
    return;
  }
  const bool again = status.error().code() == kBusy && ++turn.slot->attempts < kAttemptsMax;
  if (again) {
    turn.slot->lane->Delay(std::min(kPauseMost, kPauseLeast * (1 << std::min(turn.slot->attempts, 6))));
    return;
  }
  if (!failure_) failure_ = status.error();
  changed_.notify_all();
}

}  // namespace renkei::sources::sqlserver
