#include "sources/sqlserver/capture.h"

#include <algorithm>
#include <set>

#include "sources/sqlserver/codes.h"
#include "sources/sqlserver/pollers.h"
#include "sources/sqlserver/serial_observer.h"

namespace renkei::sources::sqlserver {

namespace {

constexpr std::chrono::seconds kQueryTimeout{60};
constexpr std::chrono::milliseconds kLookAround{50};
constexpr int64_t kFindTablesNs = 5'000'000'000;
constexpr int kConnectionsMost = 4;
constexpr core::Lane kShared{0};

// The reader's side may ask while a capture runs, and no longer.
class Attached {
 public:
  explicit Attached(ViewDesk& views) : views_(views) { views_.Attach(); }
  ~Attached() { views_.Detach(); }
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;

 private:
  ViewDesk& views_;
};

// A table that ended for this reason is taken up again, as a new generation, when it can be.
bool ComesBack(uint16_t code) {
  return code == kLeftOut.number || code == kTableGone.number || code == kTrackingEnded.number ||
         code == kTableNotTracked.number || code == kNoKey.number;
}

class CaptureRun {
 public:
  CaptureRun(const Options& options, core::CaptureContext& context, ViewDesk& views, const base::Clock& clock)
      : options_(options),
        context_(context),
        clock_(clock),
        patterns_(TablesOf(options)),
        observer_(context.observer),
        views_(views) {}

  Status Run(const std::stop_token& stop) {
    ASSIGN_OR_RETURN(writer_, context_.log.OpenWriter());
    log_.emplace(*writer_);
    ASSIGN_OR_RETURN(control_, client::Connection::Open(EndpointOf(options_), kQueryTimeout));
    ASSIGN_OR_RETURN(const std::string version,
                     control_->QueryValue("SELECT SERVERPROPERTY('ProductVersion')"));
    observer_.OnConnected(EndpointOf(options_).Show() + " " + version);
    ASSIGN_OR_RETURN(const DatabaseState database, ReadDatabase(*control_));
    if (!database.version) return Error(kTrackingOff, {{"database", EndpointOf(options_).database}});
    present_ = {*database.version, database.epoch};
    pollers_.emplace(views_, clock_);
    RETURN_IF_ERROR(StopLeftOut());
    RETURN_IF_ERROR(OpenShared());
    RETURN_IF_ERROR(FindTables());
    RETURN_IF_ERROR(KeepUnfound());
    RETURN_IF_ERROR(EndOldLanes());
    const Attached attached(views_);
    RETURN_IF_ERROR(pollers_->Start(EndpointOf(options_), kConnectionsMost));
    const Status ended = Loop(stop);
    for (core::CopyOrder& order : pollers_->Stop()) context_.orders.Push(std::move(order));
    if (const Status synced = log_->Sync(); ended.ok() && !synced.ok()) return synced;
    return ended;
  }

 private:
  Status Loop(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (const auto failure = pollers_->Wait(kLookAround, stop)) return *failure;
      for (core::CopyOrder& order : context_.orders.TakeAll()) RETURN_IF_ERROR(Forward(std::move(order)));
      if (clock_.mono().value - found_.value >= kFindTablesNs) RETURN_IF_ERROR(FindTables());
    }
    return {};
  }

  // What the patterns select no more stops here, so that it cannot go on later as if nothing had happened
  // meanwhile (invariant 7).
  Status StopLeftOut() {
    for (const auto& [id, table] : log_->state().tables) {
      const std::string name = table.schema.qualified_name();
      if (table.stopped || patterns_.Matches(name)) continue;
      RETURN_IF_ERROR(
          log_->AppendFrame(core::Gap{id, table.schema.generation, kLeftOut.number, {{"table", name}}}));
      observer_.OnTableStopped(name, Error(kLeftOut, {{"table", name}}));
    }
    return {};
  }

  Status OpenShared() {
    ASSIGN_OR_RETURN(const TrackPosition head, OpenLane(kShared, present_));
    AddLane(kShared, options_.interval, head);
    return {};
  }

  // Where the lane is; one that has not begun, or has ended, begins at `from`.
  Result<TrackPosition> OpenLane(core::Lane lane, const TrackPosition& from) {
    ASSIGN_OR_RETURN(const auto head, log_->Head(lane));
    if (head && !head->ended && !context_.from_present) return *head;
    core::Tick tick{lane, head ? head->Encode() : core::Position(), from.Encode(), "", clock_.wall()};
    if (head && !head->ended) {
      tick.position = present_.Encode();
      tick.lost = kOtherHistory.number;
    }
    RETURN_IF_ERROR(log_->Tick(tick));
    return TrackPosition::Decode(tick.position).value_or(from);
  }

  Lane* AddLane(core::Lane number, config::Duration interval, const TrackPosition& head) {
    auto lane = std::make_unique<Lane>(Lane::Parts{.options = options_,
                                                   .log = *log_,
                                                   .observer = observer_,
                                                   .clock = clock_,
                                                   .capture = context_.capture_id,
                                                   .session = static_cast<uint64_t>(clock_.wall().value),
                                                   .number = number,
                                                   .interval = interval,
                                                   .head = head},
                                       std::vector<LaneTable>());
    Lane* added = lane.get();
    pollers_->Add(std::move(lane));
    return added;
  }

  // Tables that the log does not know yet begin; what ended and is there again begins anew.
  Status FindTables() {
    found_ = clock_.mono();
    ASSIGN_OR_RETURN(Discovery discovery, DiscoverTables(*control_, options_));
    const core::LogState state = log_->state();
    for (FoundTable& found : discovery.tables) {
      const std::string name = found.schema.qualified_name();
      if (pollers_->Find(name) != nullptr) continue;
      const core::TableStateInLog* known = state.FindTable(name);
      if (known != nullptr && known->stopped && !ComesBack(known->gap.code)) continue;
      if (known == nullptr || known->stopped) {
        RETURN_IF_ERROR(BeginTable(std::move(found), known == nullptr ? nullptr : &known->schema));
      } else {
        RETURN_IF_ERROR(GoOn(known->schema, &found));
      }
    }
    for (const core::Finding& finding : discovery.findings) {
      if (reported_.insert(finding.message.Debug()).second) observer_.OnEvent(finding.message);
    }
    return {};
  }

  Status BeginTable(FoundTable found, const core::TableSchema* before) {
    LaneTable table;
    ASSIGN_OR_RETURN(table.schema, log_->BeginTable(std::move(found.schema), before));
    table.modified = found.modified;
    table.rows_estimated = found.rows_estimated;
    table.fresh = true;
    const core::TableSchema schema = table.schema;
    RETURN_IF_ERROR(GiveToLane(std::move(table)));
    observer_.OnTableBegun(schema);
    return {};
  }

  // A table that the log knows goes on where it was.
  Status GoOn(const core::TableSchema& schema, const FoundTable* found) {
    LaneTable table;
    table.schema = schema;
    if (found != nullptr) {
      table.rows_estimated = found->rows_estimated;
      const bool same = found->schema.columns == schema.columns && found->schema.key == schema.key;
      if (same) table.modified = found->modified;
    }
    const auto& snapshots = log_->state().snapshots;
    if (const auto copy = snapshots.find(schema.table); copy != snapshots.end() && !copy->second.ended &&
                                                        copy->second.begin.generation == schema.generation) {
      table.copy = std::make_unique<TableCopy>(copy->second, table.rows_estimated);
    }
    return GiveToLane(std::move(table));
  }

  // A table with an interval of its own has the lane of its number.
  Status GiveToLane(LaneTable table) {
    const core::Lane own{table.schema.table.value};
    const auto interval = IntervalOf(options_, table.schema.schema, table.schema.name);
    ASSIGN_OR_RETURN(const auto own_head, log_->Head(own));
    const bool was_own = own_head && !own_head->ended;
    if (interval.count() == 0) {
      if (was_own && !context_.from_present) {
        table.from = own_head->version;
        table.leaves = own;
      }
      pollers_->Find(kShared)->Give(std::move(table));
      return {};
    }
    Lane* lane = pollers_->Find(own);
    if (lane == nullptr) {
      ASSIGN_OR_RETURN(const auto shared, log_->Head(kShared));
      ASSIGN_OR_RETURN(const TrackPosition head, OpenLane(own, shared.value_or(present_)));
      lane = AddLane(own, interval, head);
    }
    lane->Give(std::move(table));
    return {};
  }

  // What the log follows and is not found any more: its lane says why it stops.
  Status KeepUnfound() {
    for (const auto& [id, table] : log_->state().tables) {
      if (table.stopped || pollers_->Find(table.schema.qualified_name()) != nullptr) continue;
      RETURN_IF_ERROR(GoOn(table.schema, nullptr));
    }
    return {};
  }

  // Lanes of tables that stopped.
  Status EndOldLanes() {
    std::set<core::Lane> living;
    for (const auto& [id, table] : log_->state().tables) {
      if (!table.stopped) living.insert(core::Lane{id.value});
    }
    for (const auto& [lane, head] : log_->state().heads) {
      auto position = TrackPosition::Decode(head.position);
      if (!position || position->ended || lane == kShared || living.contains(lane)) continue;
      if (pollers_->Find(lane) != nullptr) continue;
      const core::Position prev = position->Encode();
      position->ended = true;
      RETURN_IF_ERROR(log_->Tick(lane, prev, *position, clock_.wall()));
    }
    return {};
  }

  Status Forward(core::CopyOrder order) {
    Lane* lane = pollers_->Find(order.table);
    if (lane == nullptr && order.renew) {
      RETURN_IF_ERROR(Revive(order.table));
      lane = pollers_->Find(order.table);
      order.renew = false;
    }
    if (lane != nullptr) {
      lane->Give(std::move(order));
    } else if (log_->state().FindTable(order.table) == nullptr) {
      observer_.OnEvent(Error(kTableMissing, {{"table", order.table}}));
    }
    return {};
  }

  // A table that stopped begins anew, if it can be captured now.
  Status Revive(const std::string& name) {
    ASSIGN_OR_RETURN(Discovery found, DiscoverTable(*control_, options_, name));
    if (found.tables.empty()) {
      observer_.OnTableStopped(name, found.findings.empty() ? Error(kTableMissing, {{"table", name}})
                                                            : found.findings.front().message);
      return {};
    }
    const core::LogState state = log_->state();
    const core::TableStateInLog* known = state.FindTable(name);
    return BeginTable(std::move(found.tables.front()), known == nullptr ? nullptr : &known->schema);
  }

  const Options& options_;
  core::CaptureContext& context_;
  const base::Clock& clock_;
  const config::TablePatterns patterns_;
  SerialObserver observer_;
  ViewDesk& views_;
  std::unique_ptr<core::LogWriter> writer_;
  std::optional<CaptureLog> log_;
  std::unique_ptr<client::Connection> control_;
  TrackPosition present_;
  std::set<std::string> reported_;
  base::MonoTime found_;
  // The threads go first.
  std::optional<Pollers> pollers_;
};

}  // namespace

Status RunCapture(const Options& options, core::CaptureContext& context, ViewDesk& views,
                  const base::Clock& clock, const std::stop_token& stop) {
  CaptureRun run(options, context, views, clock);
  return run.Run(stop);
}

}  // namespace renkei::sources::sqlserver
