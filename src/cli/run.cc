#include "cli/run.h"

#include "base/io/stop_signal.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/until_caught_up.h"
#include "telemetry/render.h"

namespace renkei::cli {

namespace {

constexpr std::chrono::milliseconds kShowEvery{1000};

// Runs until asked to stop, or until nothing is left that could run.
int RunOn(Session& session, const Invocation& invocation, const base::io::StopSignal& stop) {
  Progress progress(session, invocation);
  while (!stop.Wait(kShowEvery)) {
    progress.Show();
    if (const std::optional<Error> ended = session.Ended()) {
      session.Stop();
      return static_cast<int>(telemetry::ExitOf(*ended));
    }
  }
  session.Stop();
  return 0;
}

}  // namespace

int Run(Invocation& invocation, const RunOptions& options) {
  const std::optional<config::Config> config = LoadConfig(invocation);
  if (!config) return static_cast<int>(telemetry::Exit::kWrongInput);
  const base::io::StopSignal stop;
  Result<std::unique_ptr<Session>> session =
      Session::Start(invocation, *config, {.accept_clock = options.accept_clock});
  if (!session.ok()) return Fail(invocation, session.error());
  if (!options.until_caught_up) return RunOn(**session, invocation, stop);
  const Status caught_up = AwaitCaughtUp(**session, invocation, stop);
  (*session)->Stop();
  return caught_up.ok() ? 0 : Fail(invocation, caught_up.error());
}

}  // namespace renkei::cli
