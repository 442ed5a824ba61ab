#include "sources/sqlserver/view_desk.h"

namespace renkei::sources::sqlserver {

void ViewDesk::Attach() {
  const std::lock_guard lock(mutex_);
  ++captures_;
}

void ViewDesk::Detach() {
  const std::lock_guard lock(mutex_);
  --captures_;
  changed_.notify_all();
}

std::optional<Result<PolledView>> ViewDesk::Ask(const std::string& table, client::Connection& view,
                                                std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  if (captures_ == 0) return std::nullopt;
  const auto request = requests_.insert(requests_.end(), {.table = table, .view = &view});
  changed_.wait_for(lock, patience, [&] { return request->answer || (captures_ == 0 && !request->taken); });
  // One that is being answered uses the connection.
  changed_.wait(lock, [&] { return request->answer || !request->taken; });
  auto answer = std::move(request->answer);
  requests_.erase(request);
  return answer;
}

ViewDesk::Request* ViewDesk::Take(const std::function<bool(const std::string& table)>& wanted) {
  const std::lock_guard lock(mutex_);
  for (Request& request : requests_) {
    if (request.taken || !wanted(request.table)) continue;
    request.taken = true;
    return &request;
  }
  return nullptr;
}

void ViewDesk::Answer(Request* request, Result<PolledView> answer) {
  const std::lock_guard lock(mutex_);
  request->answer = std::move(answer);
  changed_.notify_all();
}

}  // namespace renkei::sources::sqlserver
