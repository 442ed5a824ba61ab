#include "cli/repair.h"

#include "base/io/stop_signal.h"
#include "cli/session.h"
#include "cli/until_caught_up.h"
#include "serve/client.h"
#include "serve/server.h"
#include "telemetry/render.h"
#include "verify/repair.h"

namespace renkei::cli {

namespace {

using Each = std::function<void(const Error&)>;

// A source that stopped may have ended its server: what is needed runs here.
Status RepairHere(const Invocation& invocation, const config::Config& config, const std::string& source,
                  const Each& each) {
  const base::io::StopSignal stop;
  ASSIGN_OR_RETURN(const std::unique_ptr<Session> session,
                   Session::Start(invocation, config, {.from_present = source}));
  Status outcome =
      verify::RepairSource(session->pipeline(), source,
                           {.patience = verify::kRepairPatience, .given_up = [&] { return stop.asked(); }},
                           [&](const verify::RepairResult& result) { each(ResultText(result)); });
  if (outcome.ok()) outcome = AwaitCaughtUp(*session, invocation, stop);
  session->Stop();
  return outcome;
}

}  // namespace

int Repair(Invocation& invocation, const RepairOptions& options) {
  const std::optional<config::Config> config = LoadConfig(invocation);
  if (!config) return static_cast<int>(telemetry::Exit::kWrongInput);
  const serve::Client client(serve::SocketPath(config->data_dir));
  int code = 0;
  const Each each = [&](const Error& told) {
    if (telemetry::SeverityOf(told) == telemetry::Severity::kError) {
      code = Fail(invocation, told);
    } else {
      Print(invocation, told);
    }
  };
  const Status done = options.source.empty() || client.Reachable()
                          ? client.Repair(options.tables, options.all, options.anew, options.source, each)
                          : RepairHere(invocation, *config, options.source, each);
  return done.ok() ? code : Fail(invocation, done.error());
}

}  // namespace renkei::cli
