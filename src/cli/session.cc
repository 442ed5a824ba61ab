#include "cli/session.h"

#include <cstdlib>
#include <utility>

#include "base/io/codes.h"
#include "pipeline/codes.h"
#include "serve/codes.h"
#include "serve/early.h"

namespace renkei::cli {

namespace {

constexpr std::chrono::milliseconds kStopPatience{30'000};

}  // namespace

Session::Session(const Invocation& invocation)
    : progress_(invocation.err,
                invocation.err_is_terminal && invocation.log_format == telemetry::LogFormat::kTerminal),
      journal_(
          invocation.clock, [this](std::string_view line) { progress_.Above(line); },
          JournalOptionsOf(invocation, &metrics_)) {}

Session::~Session() { progress_.Show(""); }

Result<std::unique_ptr<Session>> Session::Start(const Invocation& invocation, const config::Config& config,
                                                const SessionOptions& options) {
  std::unique_ptr<Session> session(new Session(invocation));
  telemetry::Journal& journal = session->journal_;
  ASSIGN_OR_RETURN(
      pipeline::Topology topology,
      pipeline::Assemble(config, {.files = invocation.files,
                                  .clock = invocation.clock,
                                  .report = [&journal](const Error& event) { journal.Log(event); },
                                  .accept_clock = options.accept_clock}));
  topology.parts.capture_id = "renkei " + invocation.version;
  session->sql_ = std::move(topology.sql);
  session->pipeline_ =
      std::make_unique<pipeline::Pipeline>(std::move(topology.parts), invocation.clock, journal);
  if (!options.from_present.empty())
    RETURN_IF_ERROR(session->pipeline_->GoOnFromPresent(options.from_present));
  session->pipeline_->Start();
  session->self_repair_ = std::make_unique<verify::SelfRepair>(*session->pipeline_, journal);
  if (const Status served = session->Serve(config); !served.ok()) {
    session->Stop();
    return served.error();
  }
  return session;
}

Status Session::Serve(const config::Config& config) {
  serve::ServerParts parts{.pipeline = *pipeline_, .metrics = metrics_, .sql = nullptr, .journal = &journal_};
  if (sql_) {
    parts.sql = [this](const std::string& sql, const warehouse::QueryOptions& options,
                       const warehouse::Write& write) -> Status {
      const std::shared_ptr<renkei::duckdb::Database> database = sql_->open();
      if (!database) return serve::NotOpen(*pipeline_, sql_->sink);
      return warehouse::Query(*database, sql, options, write);
    };
  }
  server_ = std::make_unique<serve::Server>(std::move(parts));
  RETURN_IF_ERROR(server_->ServeSocket(serve::SocketPath(config.data_dir)));
  if (config.http.off()) return {};
  const Status listening = server_->ServeTcp(config.http.host, config.http.port);
  const std::string address = config.http.host + ":" + std::to_string(config.http.port);
  if (listening.ok()) {
    journal_.Log(serve::kServing, {{"address", address}});
  } else {
    journal_.Log(serve::kNotServing,
                 {{"address", address}, {"reason", std::string(listening.error().field("reason"))}});
  }
  return {};
}

std::optional<Error> Session::Ended() const {
  const pipeline::PipelineStatus status = pipeline_->Read();
  const auto all_ended = [&](const auto& parts, auto ended, const char* kind) -> std::optional<Error> {
    std::optional<Error> first;
    for (const auto& part : parts) {
      if (!ended(part.name)) return std::nullopt;
      if (!first) {
        first = part.last_error ? *part.last_error
                                : Error(pipeline::kEndedBehind, {{"part", kind}, {"name", part.name}});
      }
    }
    return first;
  };
  if (auto error = all_ended(
          status.sources, [&](const std::string& name) { return pipeline_->SourceEnded(name); }, "source"))
    return error;
  return all_ended(
      status.sinks, [&](const std::string& name) { return pipeline_->SinkEnded(name); }, "sink");
}

void Session::Stop() {
  server_.reset();
  self_repair_.reset();
  const bool clean = pipeline_->Stop(kStopPatience);
  progress_.Show("");
  journal_.Flush();
  if (!clean) std::_Exit(static_cast<int>(telemetry::Exit::kFoundWrong));
}

}  // namespace renkei::cli
