// CaptureCopies: the copies beside a running stream. Orders become copies as soon as nothing is in the way;
// what workers have read goes into the log as the stream moves on (snapshot/copy_desk.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/source.h"
#include "sources/mysql/config.h"
#include "sources/mysql/registrar.h"
#include "sources/mysql/snapshot/copy_desk.h"
#include "sources/mysql/snapshot/copy_workers.h"
#include "sources/mysql/stream.h"

namespace renkei::sources::mysql {

// One thread: the capture's. All of the parts must outlive it.
class CaptureCopies {
 public:
  struct Parts {
    const Options& options;
    core::CaptureContext& context;
    const config::TablePatterns& patterns;
    const snapshot::ViewServers& views;  // that workers read from
    client::Connection& control;
    core::LogWriter& writer;
    CapturedTables& tables;
    Registrar& registrar;
    Stream& stream;
    snapshot::TouchedKeys& touched;
    const base::Clock& clock;
    std::function<uint64_t(const core::TableSchema&)> value_max_of;  // bytes
    std::function<void()> wake_capture;
  };
  explicit CaptureCopies(Parts parts);

  // Copies that the log knows and that have no end go on.
  void Resume();
  // Begins what was ordered.
  Status TakeOrders();
  // Ends the copies of tables that stopped; to be asked before any of them begins anew.
  void DropStopped();
  // Puts into the log what can go there.
  Status Advance();

 private:
  Result<bool> Renew(core::CopyOrder& order);
  Status Abandon(core::TableId table);
  Status Begin(CapturedTable& table, std::vector<std::string> sinks);
  bool IsAddressed(core::TableId table, const std::vector<std::string>& sinks) const;

  const Parts parts_;
  std::vector<core::CopyOrder> orders_;
  snapshot::CopyDesk desk_;
  // The threads go first.
  std::optional<snapshot::CopyWorkers> workers_;
};

}  // namespace renkei::sources::mysql
