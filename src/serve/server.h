// Server: a running pipeline as the command line and monitors see it. On the Unix socket of the data folder:
//
//   GET  /status          the status as JSON
//   POST /sql?format=F    body: one statement; the rows as table, csv or json
//   POST /verify          body: patterns, one a line; a JSON object a table, as each is done
//   POST /repair          body: patterns, one a line, or ?all=1; with ?anew=1 copied whole; ?source=NAME: the
//                         source goes on from its present. A message a table in
//                         error_json's form, as each is done
//   GET  /metrics, /healthz
//
// /sql and /verify may take long: of each only so many run at once (503, kTooManyAtOnce), so that the rest is
// always answered. They end early when their asker goes or the server ends.
//
// On TCP only /metrics and /healthz, which name tables but show no data. An error before the first byte is
// status 400 with error_json's form; one after it is the trailer Renkei-Error.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/io/http_server.h"
#include "base/result.h"
#include "pipeline/pipeline.h"
#include "telemetry/journal.h"
#include "telemetry/metrics.h"
#include "warehouse/query.h"

namespace renkei::serve {

// Runs a statement and writes its rows; any thread.
using RunSql = std::function<Status(const std::string& sql, const warehouse::QueryOptions& options,
                                    const warehouse::Write& write)>;

// Lets in so many at once. Thread-safe.
class Turnstile {
 public:
  explicit Turnstile(int most) : most_(most) {}
  bool Enter() {
    if (++inside_ <= most_) return true;
    --inside_;
    return false;
  }
  void Leave() { --inside_; }
  int most() const { return most_; }

 private:
  const int most_;
  std::atomic<int> inside_ = 0;
};

struct ServerParts {
  pipeline::Pipeline& pipeline;
  telemetry::Metrics& metrics;  // of the process, beside the pipeline's
  RunSql sql;
  telemetry::Journal* journal = nullptr;  // told of what repairs come to
};

// "<data_dir>/renkei.sock".
std::string SocketPath(const std::string& data_dir);

class Server {
 public:
  // All of `parts` must outlive the server.
  explicit Server(ServerParts parts) : parts_(std::move(parts)) {}

  Status ServeSocket(const std::string& path);
  Status ServeTcp(const std::string& host, uint16_t port);
  // The TCP port served, 0 if none.
  uint16_t port() const { return tcp_ ? tcp_->port() : 0; }

 private:
  void Answer(const base::io::HttpRequest& request, base::io::HttpReply& reply, bool local);
  void AnswerSql(const base::io::HttpRequest& request, base::io::HttpReply& reply);
  void AnswerVerify(const base::io::HttpRequest& request, base::io::HttpReply& reply);
  void AnswerRepair(const base::io::HttpRequest& request, base::io::HttpReply& reply);
  void AnswerHealth(base::io::HttpReply& reply);

  // Runs what may take long, if there is room.
  void Admit(Turnstile& turnstile, const std::string& path, base::io::HttpReply& reply,
             const std::function<void()>& answer);

  const ServerParts parts_;
  Turnstile statements_{8};
  Turnstile comparisons_{4};
  std::unique_ptr<base::io::HttpServer> socket_;
  std::unique_ptr<base::io::HttpServer> tcp_;
};

}  // namespace renkei::serve
