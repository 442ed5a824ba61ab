#include "cli/verify.h"

#include "base/io/stop_signal.h"
#include "cli/codes.h"
#include "cli/progress_line.h"
#include "cli/session.h"
#include "cli/until_caught_up.h"
#include "cli/verify_view.h"
#include "serve/client.h"
#include "serve/server.h"
#include "telemetry/render.h"
#include "verify/codes.h"
#include "verify/verify.h"

namespace renkei::cli {

namespace {

using verify::TableResult;
using Each = std::function<void(const TableResult&)>;

// Without a server: what is needed runs here, until every table is complete.
Status VerifyHere(const Invocation& invocation, const config::Config& config, const VerifyOptions& options,
                  ProgressLine& progress, const Each& each) {
  const base::io::StopSignal stop;
  ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, Session::Start(invocation, config));
  Status outcome = AwaitCaughtUp(*session, invocation, stop);
  if (outcome.ok()) {
    verify::VerifyOptions run{.patterns = options.tables, .given_up = [&] { return stop.asked(); }};
    const auto names = verify::TablesToVerify(session->pipeline(), run.patterns);
    if (!names.ok()) outcome = names.error();
    for (size_t i = 0; names.ok() && i < names->size() && !stop.asked(); ++i)
      each(verify::VerifyTable(session->pipeline(), (*names)[i], run));
  }
  progress.Show("");
  session->Stop();
  return outcome;
}

}  // namespace

int Verify(Invocation& invocation, const VerifyOptions& options) {
  const std::optional<config::Config> config = LoadConfig(invocation);
  if (!config) return static_cast<int>(telemetry::Exit::kWrongInput);
  const base::MonoTime began = invocation.clock.mono();
  std::vector<TableResult> results;
  ProgressLine progress(invocation.err, invocation.err_is_terminal);
  const Each each = [&](const TableResult& result) {
    results.push_back(result);
    progress.Show(telemetry::Render(
        Error(kCompared, {{"table", result.name.table}, {"tables", std::to_string(results.size())}}),
        invocation.language));
  };
  const serve::Client client(serve::SocketPath(config->data_dir));
  const Status done = client.Reachable() ? client.Verify(options.tables, each)
                                         : VerifyHere(invocation, *config, options, progress, each);
  progress.Show("");
  if (!results.empty()) invocation.out(VerifyView(results, invocation.language));
  if (!done.ok()) return Fail(invocation, done.error());
  const Error summary = VerifySummary(results, base::MicrosBetween(began, invocation.clock.mono()));
  return Fail(invocation, summary);
}

}  // namespace renkei::cli
