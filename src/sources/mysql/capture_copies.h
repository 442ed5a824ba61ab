// CaptureCopies: the copies beside a running stream. Orders become copies as soon as nothing is in the way;
// what workers have read goes into the log as the stream moves on (snapshot/copy_desk.h).
#pragma once

#include <map>
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

  // Copies that the log knows and that have no end go on; those of tables without a key begin anew.
  Status Resume();
  // Begins what was ordered.
  Status TakeOrders();
  // Ends the copies of tables that stopped; to be asked before any of them begins anew.
  void DropStopped();
  // Puts into the log what can go there.
  Status Advance();
  // A table without a key waits for the stream to reach the place of its view: to be told of each packet.
  bool awaits_place() const { return awaited_.has_value(); }
  Status OnPlace();

 private:
  // A table without a key that is to be copied.
  struct WholeOrder {
    std::string table;
    std::vector<std::string> sinks;
    int attempts = 0;
    base::MonoTime not_before{};
  };
  // Its view is open; the copy begins where the stream is at the view's place.
  struct Awaited {
    WholeOrder order;
    std::shared_ptr<snapshot::WholeRead> read;
    base::MonoTime since;
  };
  Result<bool> Renew(core::CopyOrder& order);
  Status Abandon(core::TableId table);
  Status Begin(CapturedTable& table, std::vector<std::string> sinks);
  Result<core::SnapshotId> AppendBegin(const CapturedTable& table, std::vector<std::string> sinks);
  bool IsAddressed(core::TableId table, const std::vector<std::string>& sinks) const;

  // capture_whole_copies.cc: tables without a key.
  void OrderWhole(const std::string& table, std::vector<std::string> sinks, int attempts = 0);
  Status OpenWhole();
  Status TryAgain(WholeOrder order, const Error& why);
  Status BeginAnew(core::TableId table, const Error& why);

  const Parts parts_;
  std::vector<core::CopyOrder> orders_;
  std::vector<WholeOrder> whole_orders_;
  std::optional<Awaited> awaited_;
  std::map<core::TableId, int> begun_anew_;
  snapshot::CopyDesk desk_;
  // The threads go first.
  std::optional<snapshot::CopyWorkers> workers_;
};

}  // namespace renkei::sources::mysql
