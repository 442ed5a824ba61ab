// Source: one operational database. It checks its settings, captures its changes into the log, copies tables,
// and can be read for `verify`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/byte_budget.h"
#include "base/clock.h"
#include "base/result.h"
#include "core/finding.h"
#include "core/hub.h"
#include "core/repair_order.h"
#include "core/table_reader.h"

namespace renkei::core {

struct SourceCapabilities {
  enum class Boundaries : uint8_t { kTransaction, kPollGroup, kNone };
  enum class Order : uint8_t { kTotal, kPerLane, kPerKey };
  enum class SnapshotPosition : uint8_t { kExact, kBracket };
  Boundaries boundaries = Boundaries::kNone;
  Order order = Order::kPerKey;
  SnapshotPosition snapshot_position = SnapshotPosition::kBracket;
  TimeKind time_kind = TimeKind::kReceived;
  bool before_image = false;         // deletes and updates carry more than the key before
  bool insert_means_absent = false;  // an insert's key did not exist
  bool can_read_keys = false;
  bool can_prove_same_history = false;  // detects another server's history behind the same positions
};

// A table that somebody asked to have copied, for the sinks named.
struct CopyOrder {
  std::string table;  // "shop.orders"
  std::vector<std::string> sinks;
  // The table begins anew, also one that is stopped: its schema is read again from the source, a copy under
  // way is abandoned, and what stopped or has other columns than before becomes a new generation.
  bool renew = false;
};

// Copy orders on their way to a running capture. Thread-safe; the capture looks at least once a second.
class CopyOrders {
 public:
  void Push(CopyOrder order) {
    std::lock_guard lock(mutex_);
    orders_.push_back(std::move(order));
  }
  std::vector<CopyOrder> TakeAll() {
    std::lock_guard lock(mutex_);
    return std::exchange(orders_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<CopyOrder> orders_;
};

// What a capture tells about itself while it runs, for status, metrics and the journal. Called from the
// capture's threads; must not block.
class CaptureObserver {
 public:
  virtual ~CaptureObserver() = default;
  virtual void OnConnected(const std::string& server) = 0;
  // The stream has reached everything the server had when it last looked ("caught up"), or not.
  virtual void OnCaughtUp(bool caught_up) = 0;
  virtual void OnPosition(const Position& position, const std::string& shown) = 0;
  virtual void OnRowsCaptured(uint64_t transactions, uint64_t rows, uint64_t bytes) = 0;
  virtual void OnCopyProgress(const std::string& table, uint64_t rows, uint64_t rows_estimated,
                              bool ended) = 0;
  virtual void OnTableStopped(const std::string& table, const Error& why) = 0;
  // The table is captured from here on: it is new to the log, or a renewing order made it begin anew;
  // that order's copy begins right after.
  virtual void OnTableBegun(const TableSchema& /*table*/) {}
  // The log lacks changes of the table, which was marked as owed before this call; the rows are to be
  // compared and ordered again.
  virtual void OnUnlogged(const UnloggedChange& /*change*/) {}
  // An event for the journal that stops nothing.
  virtual void OnEvent(const Error& message) = 0;
};

struct CaptureContext {
  Log& log;
  base::ByteBudget& budget;
  CopyOrders& orders;
  CaptureObserver& observer;
  std::string capture_id;
  RepairOrders* repairs = nullptr;  // none: nobody repairs
  // The head's position is lost: go on from the source's present, with a tick that says so (Tick::lost).
  bool from_present = false;
};

// Thread-safe unless said otherwise; one Capture at a time.
class Source {
 public:
  virtual ~Source() = default;
  virtual SourceCapabilities capabilities() const = 0;
  // Connects and looks at everything a capture needs: settings, grants, tables. The error is of the
  // connection only.
  virtual Result<Findings> Check() = 0;
  // The tables that the configuration selects and that can be captured, as they are now (ids are not set).
  virtual Result<std::vector<TableSchema>> Discover() = 0;
  // Captures until stop is requested (then success) or an error ends it. Resumes from the log's state; a new
  // log starts at the source's present. The caller retries what telemetry marks as worth it.
  virtual Status Capture(CaptureContext& context, std::stop_token stop) = 0;
  // The end of the source's history now: a change committed before the call is contained in it.
  virtual Result<Position> CurrentPosition() = 0;
  virtual PositionOrder Compare(const Position& a, const Position& b) const = 0;
  // Whether the transaction with this id is part of the position.
  virtual bool Contains(const Position& position, const std::string& transaction_id) const = 0;
  // As people write it: "0-1-4711".
  virtual std::string Show(const Position& position) const = 0;
  // All rows of the table in one consistent view, ordered by key, with the exact position of the view.
  virtual Result<std::unique_ptr<TableReader>> OpenTableReader(const TableSchema& table) = 0;
};

}  // namespace renkei::core
