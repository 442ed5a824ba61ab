#include "sources/mysql/capture.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/crc32c.h"
#include "sources/mysql/capture_copies.h"
#include "sources/mysql/chosen_server.h"
#include "sources/mysql/codes.h"
#include "sources/mysql/dump.h"
#include "sources/mysql/registrar.h"
#include "sources/mysql/repair_desk.h"
#include "sources/mysql/schema_reader.h"
#include "sources/mysql/settled_tables.h"
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
constexpr int64_t kFindTablesUs = base::kMicrosPerSecond / 4;
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
        patterns_(TablesOf(options)),
        readings_(options),
        server_id_(options.server_id != 0 ? options.server_id : DeriveServerId(context.capture_id)),
        touched_(kTouchedBytesMax),
        repair_touched_(kTouchedBytesMax),
        pipe_(context.budget, kPacketBlockBytes) {}

  Status Run() {
    RETURN_IF_ERROR(OpenLog());
    RETURN_IF_ERROR(Connect());
    if (!log_) RETURN_IF_ERROR(StartNewLog());
    if (context_.from_present && !discovery_) RETURN_IF_ERROR(GoOnFromPresent());
    const auto new_columns_of = [this](const core::TableSchema& schema) {
      return NewColumnsOf(options_, schema.schema, schema.name);
    };
    registrar_.emplace(Registrar::Parts{context_, patterns_, readings_, ExpectedLater(options_), *tables_,
                                        *writer_, *control_, server_.info, new_columns_of});
    RETURN_IF_ERROR(registrar_->StopLeftOut());
    RETURN_IF_ERROR(registrar_->StopNoLongerKeptBack());
    if (discovery_ && log_was_there_) {
      RETURN_IF_ERROR(registrar_->RegisterPresent(*std::move(discovery_)));
    } else if (discovery_) {
      RETURN_IF_ERROR(registrar_->Register(*std::move(discovery_)));
    } else {
      ASSIGN_OR_RETURN(const bool settled, registrar_->FindAndRegister());
      look_for_tables_ = !settled;
    }
    context_.observer.OnPosition(log_->position().Encode(), log_->position().Show());
    RETURN_IF_ERROR(StartStream());
    return Loop();
  }

 private:
  Status OpenLog() {
    ASSIGN_OR_RETURN(writer_, context_.log.OpenWriter());
    const core::LogState& state = writer_->state();
    tables_.emplace(state);
    const auto head = state.heads.find(core::Lane{0});
    if (head == state.heads.end()) return {};
    ASSIGN_OR_RETURN(LogEnd log, LogEnd::Open(*writer_, head->second.position));
    log_.emplace(std::move(log));
    log_was_there_ = true;
    head_ = Head{log_->position(), HistoryNote::Decode(head->second.note)};
    return {};
  }

  Status Connect() {
    ASSIGN_OR_RETURN(server_,
                     ChooseServer(EndpointsOf(options_), head_ && !context_.from_present ? &*head_ : nullptr,
                                  server_id_, kQueryTimeout));
    context_.observer.OnConnected(server_.endpoint.Show() + " " + server_.info.version);
    for (const Error& warning : server_.warnings) context_.observer.OnEvent(warning);
    control_ = server_.control.get();
    if (options_.server_id != 0 && options_.server_id == server_.info.identity.server_id)
      return Error(kServerIdIsTheServers, {{"server_id", std::to_string(options_.server_id)}});
    RETURN_IF_ERROR(ReadNames());
    return ChooseReader();
  }

  // What the log's events say in numbers, and how names are compared.
  Status ReadNames() {
    ASSIGN_OR_RETURN(
        const auto collations,
        control_->Query(server_.info.mariadb()
                            ? "SELECT ID, CHARACTER_SET_NAME FROM "
                              "information_schema.COLLATION_CHARACTER_SET_APPLICABILITY"
                            : "SELECT ID, CHARACTER_SET_NAME FROM information_schema.COLLATIONS"));
    for (const client::TextRow& row : collations) {
      uint16_t id = 0;
      const std::string text = row[0].value_or("");
      std::from_chars(text.data(), text.data() + text.size(), id);
      charsets_[id] = row[1].value_or("");
    }
    ASSIGN_OR_RETURN(const auto charsets, control_->Query("SELECT CHARACTER_SET_NAME, DEFAULT_COLLATE_NAME "
                                                          "FROM information_schema.CHARACTER_SETS"));
    for (const client::TextRow& row : charsets)
      statements_.default_collations[row[0].value_or("")] = row[1].value_or("");
    statements_.mariadb = server_.info.mariadb();
    statements_.readings = &readings_;
    ASSIGN_OR_RETURN(const std::string folding, control_->QueryValue("SELECT @@lower_case_table_names"));
    names_are_exact_ = folding == "0";
    return {};
  }

  // Copies are read from the captured server, or from the replica of it that `read_url` names.
  Status ChooseReader() {
    views_ = {server_.endpoint, server_.info, server_.endpoint, server_.info};
    const auto read_at = ReadEndpointOf(options_);
    if (!read_at) return {};
    ASSIGN_OR_RETURN(auto replica, client::Connection::Open(*read_at, kQueryTimeout));
    ASSIGN_OR_RETURN(views_.reader, client::ReadServer(*replica));
    views_.read_at = *read_at;
    if (views_.reader.flavour == server_.info.flavour && server_.info.gtids && views_.reader.gtids) return {};
    return Error(kReaderWithoutGtids, {{"address", read_at->Show()}, {"version", views_.reader.version}});
  }

  // A new log starts at the server's present.
  Status StartNewLog() {
    RETURN_IF_ERROR(SettlePresent());
    ASSIGN_OR_RETURN(LogEnd log, LogEnd::Open(*writer_, core::Position{}));
    log_.emplace(std::move(log));
    return log_->Tick(head_->position, head_->note->Encode(), clock_.wall());
  }

  // What was committed since the head is lost; a repair mends the tables (invariant 7: never silently).
  Status GoOnFromPresent() {
    RETURN_IF_ERROR(SettlePresent());
    const Error lost(kPositionLost, {{"from", log_->position().Show()}, {"to", head_->position.Show()}});
    RETURN_IF_ERROR(BeginCopiesAgain());
    RETURN_IF_ERROR(log_->Jump(head_->position, head_->note->Encode(), clock_.wall(), kPositionLost.number));
    RETURN_IF_ERROR(writer_->Sync());
    for (const auto& table : tables_->all()) table->owed = true;
    context_.observer.OnEvent(lost);
    return {};
  }

  // A copy under way was made beside changes that are lost.
  Status BeginCopiesAgain() {
    const auto snapshots = writer_->state().snapshots;
    for (const auto& [table, snapshot] : snapshots) {
      const CapturedTable* known = tables_->Find(table);
      if (snapshot.ended || known == nullptr) continue;
      auto ended = writer_->AppendFrame(core::CopyEnd{snapshot.begin.snapshot, table, true});
      if (!ended.ok()) return ended.error();
      context_.orders.Push({.table = known->schema.qualified_name(), .sinks = snapshot.begin.subscriptions});
    }
    return {};
  }

  // The server's present, as the head.
  Status SettlePresent() {
    for (int attempt = 0; attempt < kSettleAttempts; ++attempt) {
      ASSIGN_OR_RETURN(auto settled, SettleTables(*control_, server_.info, [this] {
                         return DiscoverTables(*control_, patterns_, readings_, ExpectedLater(options_));
                       }));
      if (!settled) continue;
      discovery_ = std::move(settled->discovery);
      head_ = Head{std::move(settled->place), HistoryNote{.server = server_.info.identity}};
      return {};
    }
    return Error(kConnectionLost, {{"address", server_.endpoint.Show()},
                                   {"reason", "the tables were being changed at the moment of the start"}});
  }

  Status StartStream() {
    ASSIGN_OR_RETURN(
        dump_, Dump::Start(server_.endpoint, server_.info, log_->position(), server_id_, pipe_, clock_));
    const auto charset_of = [this](uint16_t collation) -> std::string_view {
      const auto found = charsets_.find(collation);
      return found == charsets_.end() ? std::string_view() : std::string_view(found->second);
    };
    const auto value_max_of = [this](const core::TableSchema& schema) {
      return MaxValueOf(options_, schema.schema, schema.name);
    };
    const auto new_columns_of = [this](const core::TableSchema& schema) {
      return NewColumnsOf(options_, schema.schema, schema.name);
    };
    cascades_.emplace(context_.observer, *writer_, *tables_, clock_);
    stream_.emplace(StreamParts{context_,
                                patterns_,
                                *tables_,
                                *log_,
                                {touched_, repair_touched_},
                                charset_of,
                                names_are_exact_,
                                stop_,
                                value_max_of,
                                server_.info.identity,
                                statements_,
                                new_columns_of,
                                &*cascades_},
                    dump_->checksums(), CommitClock(dump_->clock_ahead_us()),
                    static_cast<uint64_t>(clock_.wall().value), head_->note);
    copies_.emplace(CaptureCopies::Parts{.options = options_,
                                         .context = context_,
                                         .patterns = patterns_,
                                         .views = views_,
                                         .control = *control_,
                                         .writer = *writer_,
                                         .tables = *tables_,
                                         .registrar = *registrar_,
                                         .stream = *stream_,
                                         .touched = touched_,
                                         .clock = clock_,
                                         .value_max_of = value_max_of,
                                         .wake_capture = [this] { pipe_.Wake(); }});
    repairs_.emplace(RepairParts{.log = *writer_,
                                 .touched = repair_touched_,
                                 .budget = context_.budget,
                                 .clock = clock_,
                                 .servers = views_,
                                 .value_max_of = value_max_of,
                                 .cascades = *cascades_,
                                 .wake_capture = [this] { pipe_.Wake(); }});
    return copies_->Resume();
  }

  Status Loop() {
    const std::stop_callback wake(stop_, [this] { pipe_.Wake(); });
    PacketBlock block;
    while (!stop_.stop_requested()) {
      if (const Status taken = pipe_.Take(block, kLookAround); !taken.ok()) return EndOfStream(taken.error());
      for (size_t i = 0; i < block.packets.size() && !stop_.stop_requested(); ++i) {
        const Status status = stream_->Take(block.packet(i), block.packets[i].received);
        if (!status.ok()) return stop_.stop_requested() ? Status() : status;
        if (copies_->awaits_place()) RETURN_IF_ERROR(copies_->OnPlace());
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
    RETURN_IF_ERROR(FollowTables());
    RETURN_IF_ERROR(cascades_->Look());
    RETURN_IF_ERROR(copies_->TakeOrders());
    RETURN_IF_ERROR(AdvanceRepairs());
    return copies_->Advance();
  }

  Status AdvanceRepairs() {
    if (context_.repairs != nullptr) repairs_->Take(*context_.repairs, *tables_, stream_->reached());
    if (repairs_->idle()) return {};
    RETURN_IF_ERROR(stream_->Append());
    return repairs_->Advance(*tables_, stream_->reached());
  }

  // Tables that became others, and new ones; where many come and go they are looked for four times a second.
  Status FollowTables() {
    copies_->DropStopped();
    if (stream_->any_outdated()) {
      RETURN_IF_ERROR(stream_->Append());
      RETURN_IF_ERROR(registrar_->BeginOutdated());
    }
    look_for_tables_ |= stream_->TakeTablesMayBeNew();
    const base::WallTime now = clock_.wall();
    if (!look_for_tables_ || now.value - last_found_.value < kFindTablesUs) return {};
    last_found_ = now;
    RETURN_IF_ERROR(stream_->Append());
    ASSIGN_OR_RETURN(const bool settled, registrar_->FindAndRegister());
    look_for_tables_ = !settled;
    return {};
  }

  const Options& options_;
  core::CaptureContext& context_;
  const base::Clock& clock_;
  const std::stop_token stop_;
  const config::TablePatterns patterns_;
  const Readings readings_;
  const uint32_t server_id_;

  ChosenServer server_;
  client::Connection* control_ = nullptr;  // server_'s
  snapshot::ViewServers views_;
  std::map<uint16_t, std::string> charsets_;
  StatementContext statements_;
  bool names_are_exact_ = true;
  std::unique_ptr<core::LogWriter> writer_;
  std::optional<CapturedTables> tables_;
  std::optional<LogEnd> log_;
  bool log_was_there_ = false;
  std::optional<Head> head_;
  std::optional<Discovery> discovery_;  // of the tables at the present that the log goes on from
  std::optional<Registrar> registrar_;
  bool told_caught_up_ = false;
  base::WallTime last_tick_;
  bool look_for_tables_ = false;
  base::WallTime last_found_;

  snapshot::TouchedKeys touched_;
  snapshot::TouchedKeys repair_touched_;
  PacketPipe pipe_;
  std::optional<Cascades> cascades_;
  std::optional<Stream> stream_;
  std::optional<CaptureCopies> copies_;
  std::optional<RepairDesk> repairs_;
  std::unique_ptr<Dump> dump_;
};

}  // namespace

Status RunCapture(const Options& options, core::CaptureContext& context, const base::Clock& clock,
                  std::stop_token stop) {
  CaptureRun run(options, context, clock, std::move(stop));
  return run.Run();
}

}  // namespace renkei::sources::mysql
