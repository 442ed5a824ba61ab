#include "sources/mysql/capture.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "base/crc32c.h"
#include "sources/mysql/check.h"
#include "sources/mysql/codes.h"
#include "sources/mysql/dump.h"
#include "sources/mysql/schema_reader.h"
#include "sources/mysql/snapshot/copy_desk.h"
#include "sources/mysql/snapshot/copy_workers.h"
#include "sources/mysql/stream.h"

namespace renkei::sources::mysql {

namespace {

constexpr std::chrono::seconds kQueryTimeout{60};
constexpr std::chrono::milliseconds kLookAround{250};
constexpr size_t kPacketBlockBytes = size_t{4} << 20;
constexpr size_t kTouchedBytesMax = size_t{16} << 20;
constexpr int64_t kTickUs = base::kMicrosPerSecond;
// A set waits this long for more while packets keep coming.
constexpr int64_t kSetAgeUs = 50'000;
constexpr size_t kPacketsBetweenLooks = 64;
constexpr int kSettleAttempts = 3;

uint32_t DeriveServerId(const std::string& capture_id) {
  const uint32_t hash = base::Crc32c(std::as_bytes(std::span(capture_id)));
  return hash | 0x40000000u;
}

class CaptureRun {
 public:
  CaptureRun(const Options& options, core::CaptureContext& context, const base::Clock& clock,
             std::stop_token stop)
      : options_(options),
        context_(context),
        clock_(clock),
        stop_(std::move(stop)),
        endpoint_(EndpointOf(options)),
        patterns_(TablesOf(options)),
        server_id_(options.server_id != 0 ? options.server_id : DeriveServerId(context.capture_id)),
        touched_(kTouchedBytesMax),
        pipe_(context.budget, kPacketBlockBytes) {}

  Status Run() {
    RETURN_IF_ERROR(Connect());
    RETURN_IF_ERROR(OpenLog());
    RETURN_IF_ERROR(StopLeftOut());
    RETURN_IF_ERROR(RegisterTables());
    context_.observer.OnPosition(log_->position().Encode(), log_->position().Show());
    RETURN_IF_ERROR(StartStream());
    ResumeCopies();
    return Loop();
  }

 private:
  Status Connect() {
    ASSIGN_OR_RETURN(control_, client::Connection::Open(endpoint_, kQueryTimeout));
    context_.observer.OnConnected(endpoint_.Show() + " " + control_->server_version());
    ASSIGN_OR_RETURN(const core::Findings findings, CheckServer(*control_));
    if (const core::Finding* wrong = FirstError(findings)) return wrong->message;
    for (const core::Finding& finding : findings) context_.observer.OnEvent(finding.message);
    ASSIGN_OR_RETURN(const auto collations,
                     control_->Query("SELECT ID, CHARACTER_SET_NAME FROM "
                                     "information_schema.COLLATION_CHARACTER_SET_APPLICABILITY"));
    for (const client::TextRow& row : collations) {
      uint16_t id = 0;
      const std::string text = row[0].value_or("");
      std::from_chars(text.data(), text.data() + text.size(), id);
      charsets_[id] = row[1].value_or("");
    }
    ASSIGN_OR_RETURN(const std::string folding, control_->QueryValue("SELECT @@lower_case_table_names"));
    names_are_exact_ = folding == "0";
    return {};
  }

  Status OpenLog() {
    ASSIGN_OR_RETURN(writer_, context_.log.OpenWriter());
    const core::LogState& state = writer_->state();
    tables_.emplace(state);
    const auto head = state.heads.find(core::Lane{0});
    if (head == state.heads.end()) return StartNewLog();
    ASSIGN_OR_RETURN(LogEnd log, LogEnd::Open(*writer_, head->second.position));
    log_.emplace(std::move(log));
    note_ = HistoryNote::Decode(head->second.note);
    return ProveServer();
  }

  // A new log starts at the server's present. The tables are looked at before and after, so that no schema
  // change can hide between the position and the schemas.
  Status StartNewLog() {
    for (int attempt = 0; attempt < kSettleAttempts; ++attempt) {
      ASSIGN_OR_RETURN(const Discovery before, DiscoverTables(*control_, patterns_));
      ASSIGN_OR_RETURN(const core::Position present, ReadCurrentPosition(*control_));
      ASSIGN_OR_RETURN(discovery_, DiscoverTables(*control_, patterns_));
      if (!SameTables(before, discovery_)) continue;
      ASSIGN_OR_RETURN(LogEnd log, LogEnd::Open(*writer_, core::Position{}));
      log_.emplace(std::move(log));
      const auto position = GtidSet::Decode(present);
      CHECK(position.has_value());
      ASSIGN_OR_RETURN(const uint32_t server_id, ServerId());
      note_ = HistoryNote{.server_id = server_id};
      return log_->Tick(*position, note_->Encode(), clock_.wall());
    }
    return Error(kConnectionLost, {{"address", endpoint_.Show()},
                                   {"reason", "the tables were being changed at the moment of the start"}});
  }

  static bool SameTables(const Discovery& a, const Discovery& b) {
    return std::ranges::equal(a.tables, b.tables, {}, &DiscoveredTable::schema, &DiscoveredTable::schema);
  }

  Result<uint32_t> ServerId() {
    ASSIGN_OR_RETURN(const std::string text, control_->QueryValue("SELECT @@global.server_id"));
    uint32_t id = 0;
    std::from_chars(text.data(), text.data() + text.size(), id);
    return id;
  }

  // Invariant 7: another server or another history behind the same numbers is a loud stop.
  Status ProveServer() {
    if (!note_) return {};
    ASSIGN_OR_RETURN(const uint32_t server_id, ServerId());
    if (note_->server_id != 0 && note_->server_id != server_id) {
      return Error(kOtherServer,
                   {{"expected", std::to_string(note_->server_id)}, {"found", std::to_string(server_id)}});
    }
    ASSIGN_OR_RETURN(auto connection, client::Connection::Open(endpoint_, kQueryTimeout));
    ASSIGN_OR_RETURN(const auto unproven, ProveHistory(*connection, *note_, server_id_ ^ 0x20000000u));
    if (unproven) context_.observer.OnEvent(*unproven);
    return {};
  }

  // What the patterns select no more stops here, so that it cannot go on later as if nothing had happened
  // meanwhile (invariant 7).
  Status StopLeftOut() {
    for (const auto& table : tables_->all()) {
      const std::string name = table->schema.qualified_name();
      if (table->stopped || patterns_.Matches(name)) continue;
      core::Gap gap{table->schema.table, table->schema.generation, kLeftOut.number, {{"table", name}}};
      if (auto appended = writer_->AppendFrame(gap); !appended.ok()) return appended.error();
      table->stopped = true;
      context_.observer.OnEvent(Error(kLeftOut, {{"table", name}}));
    }
    return {};
  }

  // Left out once and selected again: what happened since is unknown, so it begins anew.
  bool ComesBack(const CapturedTable& table) const {
    const auto found = writer_->state().tables.find(table.schema.table);
    return table.stopped && found != writer_->state().tables.end() &&
           found->second.gap.code == kLeftOut.number;
  }

  // Tables that the log does not know get their numbers and their schema frames.
  Status RegisterTables() {
    if (discovery_.tables.empty() && discovery_.findings.empty()) {
      ASSIGN_OR_RETURN(discovery_, DiscoverTables(*control_, patterns_));
    }
    for (DiscoveredTable& found : discovery_.tables) {
      if (CapturedTable* known = tables_->FindQualified(found.schema.qualified_name())) {
        if (ComesBack(*known)) {
          ASSIGN_OR_RETURN(known, BeginAnew(known, std::move(found)));
          context_.observer.OnTableBegun(known->schema);
          continue;
        }
        known->rows_estimated = found.rows_estimated;
        known->changed_by_foreign_keys = found.changed_by_foreign_keys;
        continue;
      }
      CapturedTable& added = tables_->Add(std::move(found.schema), found.rows_estimated);
      added.changed_by_foreign_keys = found.changed_by_foreign_keys;
      auto appended = writer_->AppendFrame(core::SchemaFrame{added.schema});
      if (!appended.ok()) return appended.error();
      context_.observer.OnTableBegun(added.schema);
    }
    for (const core::Finding& finding : discovery_.findings) {
      if (reported_.insert(finding.message.Debug()).second) context_.observer.OnEvent(finding.message);
    }
    discovery_ = {};
    return {};
  }

  Status StartStream() {
    ASSIGN_OR_RETURN(dump_, Dump::Start(endpoint_, log_->position(), server_id_, pipe_, clock_));
    const auto charset_of = [this](uint16_t collation) -> std::string_view {
      const auto found = charsets_.find(collation);
      return found == charsets_.end() ? std::string_view() : std::string_view(found->second);
    };
    const auto value_max_of = [this](const core::TableSchema& schema) {
      return MaxValueOf(options_, schema.schema, schema.name);
    };
    stream_.emplace(StreamParts{context_, patterns_, *tables_, *log_, touched_, charset_of, names_are_exact_,
                                stop_, value_max_of},
                    dump_->checksums(), CommitClock(dump_->clock_ahead_us()),
                    static_cast<uint64_t>(clock_.wall().value), note_);
    desk_.emplace(snapshot::CopyParts{.log = *writer_,
                                      .observer = context_.observer,
                                      .touched = touched_,
                                      .clock = clock_,
                                      .active_max = static_cast<size_t>(options_.snapshot.workers),
                                      .rows_per_s = options_.snapshot.rows_per_s,
                                      .value_max_of = value_max_of,
                                      .wake_capture = [this] { pipe_.Wake(); }});
    return {};
  }

  void ResumeCopies() {
    for (const auto& [table_id, snapshot] : writer_->state().snapshots) {
      CapturedTable* table = tables_->Find(table_id);
      if (snapshot.ended || !Wanted(table)) continue;
      desk_->Add(table->schema, snapshot.begin.snapshot,
                 std::max(table->rows_estimated, snapshot.begin.rows_estimated), &snapshot);
    }
  }

  bool Wanted(const CapturedTable* table) const {
    return table != nullptr && !table->stopped && patterns_.Matches(table->schema.qualified_name());
  }

  Status Loop() {
    const std::stop_callback wake(stop_, [this] { pipe_.Wake(); });
    PacketBlock block;
    while (!stop_.stop_requested()) {
      if (const Status taken = pipe_.Take(block, kLookAround); !taken.ok()) return EndOfStream(taken.error());
      for (size_t i = 0; i < block.packets.size() && !stop_.stop_requested(); ++i) {
        const Status status = stream_->Take(block.packet(i), block.packets[i].received);
        if (!status.ok()) return stop_.stop_requested() ? Status() : status;
        if (i % kPacketsBetweenLooks == 0) RETURN_IF_ERROR(AppendIfDue(/*idle=*/false));
      }
      if (stop_.stop_requested()) break;
      RETURN_IF_ERROR(AppendIfDue(pipe_.empty()));
      RETURN_IF_ERROR(LookAround());
    }
    return Finish();
  }

  // What was finished before the connection went is worth keeping.
  Status EndOfStream(const Error& error) {
    RETURN_IF_ERROR(Finish());
    return error;
  }

  Status Finish() {
    RETURN_IF_ERROR(stream_->Append());
    RETURN_IF_ERROR(stream_->AppendTick(clock_.wall()));
    return writer_->Sync();
  }

  Status AppendIfDue(bool idle) {
    const base::WallTime now = clock_.wall();
    if (stream_->has_finished()) {
      if (idle || now.value - stream_->oldest_finished().value > kSetAgeUs)
        RETURN_IF_ERROR(stream_->Append());
    } else if (stream_->tick_waits() && now.value - last_tick_.value >= kTickUs) {
      RETURN_IF_ERROR(stream_->AppendTick(now));
      last_tick_ = now;
    }
    return {};
  }

  Status LookAround() {
    if (stream_->caught_up() != told_caught_up_) {
      told_caught_up_ = stream_->caught_up();
      context_.observer.OnCaughtUp(told_caught_up_);
    }
    if (stream_->caught_up() && !stream_->in_transaction() && stream_->TakeTablesMayBeNew())
      RETURN_IF_ERROR(FindNewTables());
    RETURN_IF_ERROR(TakeOrders());
    return AdvanceCopies();
  }

  Status FindNewTables() {
    ASSIGN_OR_RETURN(discovery_, DiscoverTables(*control_, patterns_));
    RETURN_IF_ERROR(RegisterTables());
    tables_->ForgetMaps();
    return {};
  }

  Status TakeOrders() {
    for (core::CopyOrder& order : context_.orders.TakeAll()) orders_.push_back(std::move(order));
    std::vector<core::CopyOrder> later;
    for (core::CopyOrder& order : orders_) {
      if (order.renew) {
        ASSIGN_OR_RETURN(const bool done, Renew(order));
        if (!done) later.push_back(std::move(order));
        continue;
      }
      CapturedTable* table = tables_->FindQualified(order.table);
      if (!Wanted(table)) {
        if (table == nullptr) context_.observer.OnEvent(Error(kTableMissing, {{"table", order.table}}));
        continue;
      }
      if (desk_->IsCopying(table->schema.table)) {
        if (!IsAddressed(table->schema.table, order.sinks)) later.push_back(std::move(order));
        continue;
      }
      RETURN_IF_ERROR(BeginCopy(*table, std::move(order.sinks)));
    }
    orders_ = std::move(later);
    return {};
  }

  // False while it must wait: the schema is read between transactions, at the end of what the server has, so
  // that it is the one of the rows that follow.
  Result<bool> Renew(core::CopyOrder& order) {
    if (!stream_->caught_up() || stream_->in_transaction()) return false;
    const size_t dot = order.table.find('.');
    CHECK(dot != std::string::npos);
    ASSIGN_OR_RETURN(Discovery found,
                     DiscoverTable(*control_, order.table.substr(0, dot), order.table.substr(dot + 1)));
    CapturedTable* table = tables_->FindQualified(order.table);
    if (found.tables.empty() || !patterns_.Matches(order.table)) {
      const Error why = found.findings.empty() ? Error(kTableMissing, {{"table", order.table}})
                                               : found.findings.front().message;
      // What is captured still goes on until the stream itself shows why it cannot.
      if (table != nullptr && !table->stopped) {
        context_.observer.OnEvent(why);
      } else {
        context_.observer.OnTableStopped(order.table, why);
      }
      return true;
    }
    RETURN_IF_ERROR(stream_->Append());
    if (table != nullptr) RETURN_IF_ERROR(Abandon(table->schema.table));
    ASSIGN_OR_RETURN(table, BeginAnew(table, std::move(found.tables.front())));
    context_.observer.OnTableBegun(table->schema);
    RETURN_IF_ERROR(BeginCopy(*table, std::move(order.sinks)));
    return true;
  }

  // The copy of the table that has no end yet gets one.
  Status Abandon(core::TableId table) {
    desk_->Drop(table);
    const auto snapshot = writer_->state().snapshots.find(table);
    if (snapshot == writer_->state().snapshots.end() || snapshot->second.ended) return {};
    auto ended = writer_->AppendFrame(core::CopyEnd{snapshot->second.begin.snapshot, table, true});
    return ended.ok() ? Status() : Status(ended.error());
  }

  // A table that is as it was goes on beside its new copy; any other begins a new generation.
  Result<CapturedTable*> BeginAnew(CapturedTable* table, DiscoveredTable found) {
    CapturedTable* begun = nullptr;
    if (table == nullptr) {
      begun = &tables_->Add(std::move(found.schema), found.rows_estimated);
    } else {
      found.schema.table = table->schema.table;
      found.schema.id = table->schema.id;
      found.schema.generation = table->schema.generation;
      if (!table->stopped && found.schema == table->schema) {
        table->rows_estimated = found.rows_estimated;
        return table;
      }
      begun = &tables_->Renew(*table, std::move(found.schema), found.rows_estimated);
    }
    begun->changed_by_foreign_keys = found.changed_by_foreign_keys;
    tables_->ForgetMaps();
    if (auto appended = writer_->AppendFrame(core::SchemaFrame{begun->schema}); !appended.ok())
      return appended.error();
    return begun;
  }

  bool IsAddressed(core::TableId table, const std::vector<std::string>& sinks) const {
    const auto snapshot = writer_->state().snapshots.find(table);
    if (snapshot == writer_->state().snapshots.end()) return false;
    const auto& addressed = snapshot->second.begin.subscriptions;
    return std::ranges::all_of(
        sinks, [&](const std::string& sink) { return std::ranges::count(addressed, sink) > 0; });
  }

  Status BeginCopy(CapturedTable& table, std::vector<std::string> sinks) {
    RETURN_IF_ERROR(stream_->Append());
    core::CopyBegin begin;
    begin.snapshot = writer_->state().next_snapshot;
    begin.table = table.schema.table;
    begin.generation = table.schema.generation;
    begin.subscriptions = std::move(sinks);
    begin.rows_estimated = table.rows_estimated;
    if (auto appended = writer_->AppendFrame(begin); !appended.ok()) return appended.error();
    if (options_.snapshot.mode == SnapshotMode::kNone) {
      auto ended = writer_->AppendFrame(core::CopyEnd{begin.snapshot, begin.table, false});
      return ended.ok() ? Status() : Status(ended.error());
    }
    context_.observer.OnCopyProgress(table.schema.qualified_name(), 0, table.rows_estimated, false);
    desk_->Add(table.schema, begin.snapshot, table.rows_estimated, nullptr);
    return {};
  }

  Status AdvanceCopies() {
    if (desk_->idle()) {
      workers_.reset();
      return {};
    }
    // A stopped table's copy has no end.
    for (const auto& table : tables_->all()) {
      if (table->stopped && desk_->IsCopying(table->schema.table)) desk_->Drop(table->schema.table);
    }
    if (stream_->has_finished()) RETURN_IF_ERROR(stream_->Append());
    ASSIGN_OR_RETURN(const auto refusal, desk_->Advance(stream_->place()));
    if (refusal) {
      CapturedTable* table = tables_->Find(refusal->table);
      RETURN_IF_ERROR(stream_->StopTable(*table, refusal->why));
      desk_->Drop(refusal->table);
    }
    if (!workers_ && !desk_->idle())
      workers_.emplace(endpoint_, *desk_, context_.budget, options_.snapshot.workers);
    return {};
  }

  const Options& options_;
  core::CaptureContext& context_;
  const base::Clock& clock_;
  const std::stop_token stop_;
  const client::Endpoint endpoint_;
  const config::TablePatterns patterns_;
  const uint32_t server_id_;

  std::unique_ptr<client::Connection> control_;
  std::map<uint16_t, std::string> charsets_;
  bool names_are_exact_ = true;
  std::unique_ptr<core::LogWriter> writer_;
  std::optional<CapturedTables> tables_;
  std::optional<LogEnd> log_;
  std::optional<HistoryNote> note_;
  Discovery discovery_;
  std::set<std::string> reported_;
  std::vector<core::CopyOrder> orders_;
  bool told_caught_up_ = false;
  base::WallTime last_tick_;

  snapshot::TouchedKeys touched_;
  PacketPipe pipe_;
  std::optional<Stream> stream_;
  std::optional<snapshot::CopyDesk> desk_;
  // The threads go first.
  std::optional<snapshot::CopyWorkers> workers_;
  std::unique_ptr<Dump> dump_;
};

}  // namespace

Status RunCapture(const Options& options, core::CaptureContext& context, const base::Clock& clock,
                  std::stop_token stop) {
  CaptureRun run(options, context, clock, std::move(stop));
  return run.Run();
}

Result<core::Position> ReadCurrentPosition(client::Connection& connection) {
  ASSIGN_OR_RETURN(const std::string text, connection.QueryValue("SELECT @@global.gtid_binlog_pos"));
  const auto set = GtidSet::Parse(text);
  if (!set) return Error(kForeignPosition, {{"position", text}});
  return set->Encode();
}

}  // namespace renkei::sources::mysql
