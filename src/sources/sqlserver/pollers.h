// Pollers: a few connections that take turns at the lanes that are due. A lane that takes long holds one of
// them, and delays no other lane while there are more.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "sources/sqlserver/lane.h"

namespace renkei::sources::sqlserver {

class Pollers {
 public:
  Pollers(ViewDesk& views, const base::Clock& clock) : views_(views), clock_(clock) {}
  ~Pollers() { Stop(); }

  // At any time.
  void Add(std::unique_ptr<Lane> lane);
  // Connects, and begins.
  Status Start(const client::Endpoint& endpoint, int connections);

  // Waits a moment, less if something failed: the error that ends the capture.
  std::optional<Error> Wait(std::chrono::milliseconds moment, const std::stop_token& stop);
  // Ends what the threads do, at once; what was ordered and not begun.
  std::vector<core::CopyOrder> Stop();
  // The lane that follows the table, or nullptr. Lanes are never taken away.
  Lane* Find(const std::string& table) const;
  Lane* Find(core::Lane number) const;

 private:
  struct Slot {
    std::unique_ptr<Lane> lane;
    bool busy = false;
    int attempts = 0;  // in a row that ended as kBusy
  };
  struct Turn {
    Slot* slot = nullptr;
    ViewDesk::Request* request = nullptr;
  };
  void Run(client::Connection& connection, const std::stop_token& stop);
  std::optional<Turn> NextTurn();
  Status Take(const Turn& turn, client::Connection& connection);
  void End(const Turn& turn, const Status& status);

  ViewDesk& views_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::optional<Error> failure_;
  std::vector<std::unique_ptr<client::Connection>> connections_;
  std::vector<std::jthread> threads_;
};

}  // namespace renkei::sources::sqlserver
