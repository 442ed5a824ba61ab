// Lane: a group of tables that are polled together, each time in one view of the database; one window of the
// group is one transaction of the log. A table with an interval of its own is a group of its own.
//
// A poll, in this order: what the database and its tables say of themselves (and what must begin anew or
// stop); then, in one view: the version to read up to, whether each table's history still reaches back to
// where it was read, one batched question which tables changed, their changes, a chunk of a copy; then the
// window goes into the log. Nothing is kept but what the log has.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/source.h"
#include "sources/sqlserver/capture_log.h"
#include "sources/sqlserver/config.h"
#include "sources/sqlserver/database_state.h"
#include "sources/sqlserver/table_catalog.h"
#include "sources/sqlserver/table_copy.h"
#include "sources/sqlserver/view_desk.h"
#include "sources/sqlserver/window.h"

namespace renkei::sources::sqlserver {

struct LaneTable {
  core::TableSchema schema;
  std::string modified;  // the definition that the schema was read from
  uint64_t rows_estimated = 0;
  bool fresh = false;                  // it counts from the next poll on, whatever it had before
  std::optional<int64_t> from{};       // where it has been read up to, if not up to the lane's head
  std::optional<core::Lane> leaves{};  // the lane it was read in before
  std::unique_ptr<TableCopy> copy{};
};

// One thread at a time, but Give.
class Lane {
 public:
  struct Parts {
    const Options& options;
    CaptureLog& log;
    core::CaptureObserver& observer;
    const base::Clock& clock;
    std::string capture;
    uint64_t session = 0;
    core::Lane number;
    config::Duration interval;
    TrackPosition head;
  };
  Lane(Parts parts, std::vector<LaneTable> tables);

  // What was ordered is looked at in the next step. From any thread.
  void Give(core::CopyOrder order);
  void Give(LaneTable table);
  // What was ordered and not begun. Nobody polls any more.
  std::vector<core::CopyOrder> TakeOrdersBack();

  // One poll and what follows from it. kBusy: the same again, a little later.
  Status Step(client::Connection& connection);
  // Likewise, but in the view that is open there, at whose version the lane then stands.
  Result<PolledView> StepWithin(client::Connection& view);

  bool Follows(const std::string& table) const;
  base::MonoTime due() const { return due_; }
  void Delay(std::chrono::milliseconds by);
  core::Lane number() const { return parts_.number; }
  const TrackPosition& head() const { return head_; }
  bool empty() const { return tables_.empty(); }

 private:
  struct View {
    client::Connection& connection;
    TrackPosition to;
    std::map<std::string, TableState> tables;
  };
  void TakeGiven();
  Status Advance();
  Result<bool> LookAround(client::Connection& connection);
  Status Settle(client::Connection& connection, LaneTable& table,
                const std::map<std::string, TableState>& states);
  Status BeginAnew(client::Connection& connection, LaneTable& table, const Error& why);
  Status Stop(LaneTable& table, const Error& why);
  Status TakeOrders(client::Connection& connection);
  Result<bool> TakeOrder(client::Connection& connection, core::CopyOrder& order);
  Status BeginCopy(LaneTable& table, std::vector<std::string> sinks);
  Result<View> Look(client::Connection& connection);
  int64_t FromOf(const LaneTable& table, const View& view) const;
  std::vector<LaneTable*> Expired(const View& view);
  Result<std::vector<LaneTable*>> FindChanged(const View& view);
  Status ReadWindow(const View& view, Window& window, LaneTable** failed);
  Status ReadChunks(const View& view, LaneTable** failed);
  void ForgetChunks();
  Status Poll(client::Connection& connection, bool chunks, bool snapshot);
  Status Commit(const View& view, Window& window, int64_t seen);
  Status EndCopies();
  LaneTable* Find(const std::string& name);
  LaneTable* CopyTurn();
  void RemoveStopped();

  const Parts parts_;
  TrackPosition head_;
  std::vector<std::unique_ptr<LaneTable>> tables_;
  std::vector<core::CopyOrder> orders_;
  int64_t current_ = 0;  // the database's version when it was last looked at
  base::MonoTime due_;
  base::MonoTime looked_around_;
  base::MonoTime copy_again_;
  size_t copy_turn_ = 0;

  mutable std::mutex mutex_;  // of what follows
  std::vector<core::CopyOrder> given_orders_;
  std::vector<LaneTable> given_tables_;
  std::vector<std::string> names_;
};

}  // namespace renkei::sources::sqlserver
