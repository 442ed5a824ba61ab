#include "serve/server.h"

#include <charconv>
#include <sstream>
#include <utility>

#include "serve/codes.h"
#include "serve/early.h"
#include "serve/error_json.h"
#include "serve/metrics_text.h"
#include "serve/status_json.h"
#include "serve/verify_json.h"
#include "verify/codes.h"
#include "verify/repair.h"
#include "verify/verify.h"

namespace renkei::serve {

namespace {

using base::io::HttpReply;
using base::io::HttpRequest;

constexpr std::string_view kJson = "application/json";
// More than statements and comparisons may take.
constexpr size_t kSocketThreads = 16;
constexpr std::string_view kPrometheus = "text/plain; version=0.0.4; charset=utf-8";

// Nobody reads any more if it fails: there is nothing to do about it.
void WriteAll(HttpReply& reply, std::string_view type, std::string_view body) {
  reply.SetType(std::string(type));
  (void)reply.Write(body).ok();
}

void Refuse(HttpReply& reply, const Error& error, int status = 400) {
  if (reply.begun()) {
    reply.SetTrailer("Renkei-Error", ErrorJson(error));
    return;
  }
  reply.SetStatus(status);
  WriteAll(reply, kJson, ErrorJson(error));
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

std::string Parameter(const HttpRequest& request, const std::string& name, std::string otherwise) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::move(otherwise) : found->second;
}

Result<warehouse::QueryOptions> QueryOptionsOf(const HttpRequest& request) {
  warehouse::QueryOptions options;
  const std::string format = Parameter(request, "format", "json");
  if (format == "table") {
    options.format = warehouse::Format::kTable;
  } else if (format == "csv") {
    options.format = warehouse::Format::kCsv;
  } else if (format == "json") {
    options.format = warehouse::Format::kJson;
  } else {
    return Error(kWrongParameter, {{"name", "format"}, {"value", format}, {"known", "table, csv, json"}});
  }
  const std::string timeout = Parameter(request, "timeout_ms", "0");
  int64_t timeout_ms = 0;
  const auto [end, error] = std::from_chars(timeout.data(), timeout.data() + timeout.size(), timeout_ms);
  if (error != std::errc() || end != timeout.data() + timeout.size() || timeout_ms < 0)
    return Error(kWrongParameter, {{"name", "timeout_ms"}, {"value", timeout}, {"known", "milliseconds"}});
  options.timeout = std::chrono::milliseconds(timeout_ms);
  return options;
}

}  // namespace

std::string SocketPath(const std::string& data_dir) { return data_dir + "/renkei.sock"; }

Status Server::ServeSocket(const std::string& path) {
  ASSIGN_OR_RETURN(base::io::Listener listener, base::io::Listener::Unix(path));
  socket_ = std::make_unique<base::io::HttpServer>(
      std::move(listener), base::io::HttpServer::Options{.threads = kSocketThreads},
      [this](const HttpRequest& request, HttpReply& reply) { Answer(request, reply, true); });
  return {};
}

Status Server::ServeTcp(const std::string& host, uint16_t port) {
  ASSIGN_OR_RETURN(base::io::Listener listener, base::io::Listener::Tcp(host, port));
  tcp_ = std::make_unique<base::io::HttpServer>(
      std::move(listener), base::io::HttpServer::Options{.threads = 2},
      [this](const HttpRequest& request, HttpReply& reply) { Answer(request, reply, false); });
  return {};
}

void Server::Answer(const HttpRequest& request, HttpReply& reply, bool local) {
  const std::string& path = request.path;
  const bool posted = path == "/sql" || path == "/verify" || path == "/repair";
  if (path != "/metrics" && path != "/healthz" && !(local && (path == "/status" || posted))) {
    return Refuse(reply,
                  Error(kNoSuchPath, {{"path", path},
                                      {"known", local ? "/status, /sql, /verify, /repair, /metrics, /healthz"
                                                      : "/metrics, /healthz"}}),
                  404);
  }
  if (request.method != (posted ? "POST" : "GET"))
    return Refuse(reply, Error(kWrongMethod, {{"path", path}, {"method", posted ? "POST" : "GET"}}), 405);
  if (path == "/status") return WriteAll(reply, kJson, StatusJson(parts_.pipeline.Read()) + "\n");
  if (path == "/sql") return Admit(statements_, path, reply, [&] { AnswerSql(request, reply); });
  if (path == "/verify") return Admit(comparisons_, path, reply, [&] { AnswerVerify(request, reply); });
  if (path == "/repair") return AnswerRepair(request, reply);
  if (path == "/healthz") return AnswerHealth(reply);
  WriteAll(reply, kPrometheus, MetricsText(parts_.pipeline.Read()) + parts_.metrics.Text());
}

void Server::Admit(Turnstile& turnstile, const std::string& path, HttpReply& reply,
                   const std::function<void()>& answer) {
  if (!turnstile.Enter())
    return Refuse(reply, Error(kTooManyAtOnce, {{"path", path}, {"most", std::to_string(turnstile.most())}}),
                  503);
  answer();
  turnstile.Leave();
}

void Server::AnswerSql(const HttpRequest& request, HttpReply& reply) {
  Result<warehouse::QueryOptions> options = QueryOptionsOf(request);
  if (!options.ok()) return Refuse(reply, options.error());
  options->given_up = [&] { return reply.Gone(); };
  if (!parts_.sql) return Refuse(reply, Error(kNoSqlHere));
  reply.SetType(options->format == warehouse::Format::kJson  ? "application/json"
                : options->format == warehouse::Format::kCsv ? "text/csv; charset=utf-8"
                                                             : "text/plain; charset=utf-8");
  const Status ran = parts_.sql(request.body, *options, [&](std::string_view piece) {
    return reply.Write(piece).ok() && !reply.Gone();
  });
  if (!ran.ok()) Refuse(reply, ExplainEarly(parts_.pipeline, ran.error()));
}

void Server::AnswerVerify(const HttpRequest& request, HttpReply& reply) {
  verify::VerifyOptions options;
  options.patterns = Lines(request.body);
  options.given_up = [&] { return reply.Gone(); };
  const auto names = verify::TablesToVerify(parts_.pipeline, options.patterns);
  if (!names.ok()) return Refuse(reply, names.error());
  reply.SetType("application/x-ndjson");
  for (const verify::TableName& name : *names) {
    const verify::TableResult result = verify::VerifyTable(parts_.pipeline, name, options);
    if (!reply.Write(VerifyJson(result) + "\n").ok()) return;
  }
}

void Server::AnswerRepair(const HttpRequest& request, HttpReply& reply) {
  verify::VerifyOptions options;
  options.patterns = Lines(request.body);
  options.patience = verify::kRepairPatience;
  options.given_up = [&] { return reply.Gone(); };
  const auto each = [&](const verify::RepairResult& result) {
    const Error text = verify::ResultText(result);
    if (parts_.journal != nullptr) parts_.journal->Log(text);
    (void)reply.Write(ErrorJson(text) + "\n").ok();  // who is gone gives up at the next table
  };
  if (const std::string source = Parameter(request, "source", ""); !source.empty()) {
    Status repaired = parts_.pipeline.GoOnFromPresent(source);
    if (repaired.ok()) {
      reply.SetType("application/x-ndjson");
      repaired = verify::RepairSource(parts_.pipeline, source, options, each);
    }
    if (!repaired.ok()) Refuse(reply, repaired.error());
    return;
  }
  if (options.patterns.empty() && Parameter(request, "all", "") != "1")
    return Refuse(reply, Error(verify::kNothingToRepair));
  const auto names = verify::TablesToVerify(parts_.pipeline, options.patterns);
  if (!names.ok()) return Refuse(reply, names.error());
  reply.SetType("application/x-ndjson");
  const bool anew = Parameter(request, "anew", "") == "1";
  const Status repaired = verify::RepairTables(parts_.pipeline, *names, anew, options, each);
  if (!repaired.ok()) Refuse(reply, repaired.error());
}

void Server::AnswerHealth(HttpReply& reply) {
  const pipeline::PipelineStatus status = parts_.pipeline.Read();
  std::string stopped;
  for (const pipeline::SourceStatus& source : status.sources) {
    if (source.state == pipeline::RunState::kStopped) stopped += "source " + source.name + " stopped\n";
  }
  for (const pipeline::SinkStatus& sink : status.sinks) {
    if (sink.state == pipeline::RunState::kStopped) stopped += "sink " + sink.name + " stopped\n";
  }
  if (!stopped.empty()) reply.SetStatus(503);
  WriteAll(reply, "text/plain; charset=utf-8", stopped.empty() ? "ok\n" : stopped);
}

}  // namespace renkei::serve
