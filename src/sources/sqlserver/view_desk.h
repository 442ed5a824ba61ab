// ViewDesk: where a reader of a table, with a view of the database open, meets the running capture. The log
// has a table's state only at the ends of its windows; so the capture makes its next poll of the table's
// group in the reader's own view, and the window ends exactly where the reader reads.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>

#include "sources/sqlserver/client/connection.h"
#include "sources/sqlserver/track_position.h"

namespace renkei::sources::sqlserver {

struct PolledView {
  core::Lane lane;
  TrackPosition position;
};

// Thread-safe.
class ViewDesk {
 public:
  // A capture runs from here on, or no more.
  void Attach();
  void Detach();

  // Waits until the capture has polled in the view; nothing if no capture runs, or it does not come to it in
  // time. The connection is the capture's meanwhile.
  std::optional<Result<PolledView>> Ask(const std::string& table, client::Connection& view,
                                        std::chrono::milliseconds patience);

  // The capture's side: a view of a table that `wanted` takes, to be answered by Answer.
  struct Request {
    std::string table;
    client::Connection* view = nullptr;
    bool taken = false;
    std::optional<Result<PolledView>> answer;
  };
  Request* Take(const std::function<bool(const std::string& table)>& wanted);
  void Answer(Request* request, Result<PolledView> answer);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int captures_ = 0;
  std::list<Request> requests_;
};

}  // namespace renkei::sources::sqlserver
