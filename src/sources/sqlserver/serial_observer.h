// SerialObserver: what several threads tell, one after the other.
#pragma once

#include <mutex>

#include "core/source.h"

namespace renkei::sources::sqlserver {

// Thread-safe. `to` must outlive it. The lanes' caught-up is told by the capture itself.
class SerialObserver final : public core::CaptureObserver {
 public:
  explicit SerialObserver(core::CaptureObserver& to) : to_(to) {}
  void OnConnected(const std::string& server) override {
    Tell([&] { to_.OnConnected(server); });
  }
  void OnCaughtUp(bool caught_up) override {
    Tell([&] { to_.OnCaughtUp(caught_up); });
  }
  void OnPosition(const core::Position& position, const std::string& shown) override {
    Tell([&] { to_.OnPosition(position, shown); });
  }
  void OnRowsCaptured(uint64_t transactions, uint64_t rows, uint64_t bytes) override {
    Tell([&] { to_.OnRowsCaptured(transactions, rows, bytes); });
  }
  void OnCopyProgress(const std::string& table, uint64_t rows, uint64_t estimated, bool ended) override {
    Tell([&] { to_.OnCopyProgress(table, rows, estimated, ended); });
  }
  void OnTableStopped(const std::string& table, const Error& why) override {
    Tell([&] { to_.OnTableStopped(table, why); });
  }
  void OnTableBegun(const core::TableSchema& table) override {
    Tell([&] { to_.OnTableBegun(table); });
  }
  void OnUnlogged(const core::UnloggedChange& change) override {
    Tell([&] { to_.OnUnlogged(change); });
  }
  void OnEvent(const Error& message) override {
    Tell([&] { to_.OnEvent(message); });
  }

 private:
  template <class Call>
  void Tell(Call&& call) {
    const std::lock_guard lock(mutex_);
    call();
  }
  std::mutex mutex_;
  core::CaptureObserver& to_;
};

}  // namespace renkei::sources::sqlserver
