// Session: a pipeline that this process runs for a command: assembled from the configuration, told about in
// the journal, served on the data folder's socket.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/invocation.h"
#include "cli/progress_line.h"
#include "config/config.h"
#include "pipeline/pipeline.h"
#include "pipeline/topology.h"
#include "serve/server.h"
#include "telemetry/journal.h"
#include "telemetry/metrics.h"
#include "verify/self_repair.h"

namespace renkei::cli {

struct SessionOptions {
  bool accept_clock = false;
  std::string from_present;  // a source that goes on from its present, though its position is lost
};

class Session {
 public:
  // Takes the data folder and starts everything. `config` and `invocation` outlive the session.
  static Result<std::unique_ptr<Session>> Start(const Invocation& invocation, const config::Config& config,
                                                const SessionOptions& options = {});
  ~Session();

  pipeline::Pipeline& pipeline() { return *pipeline_; }
  telemetry::Journal& journal() { return journal_; }
  ProgressLine& progress() { return progress_; }
  // The error of the first part that stopped, once no capture or no delivery is left; nothing until then.
  std::optional<Error> Ended() const;
  // Stops everything in bounded time. What does not end in time ends the process here, which loses nothing.
  void Stop();

 private:
  Session(const Invocation& invocation);
  Status Serve(const config::Config& config);

  ProgressLine progress_;
  telemetry::Metrics metrics_;
  telemetry::Journal journal_;
  std::optional<pipeline::SqlDatabase> sql_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  std::unique_ptr<verify::SelfRepair> self_repair_;
  std::unique_ptr<serve::Server> server_;
};

}  // namespace renkei::cli
