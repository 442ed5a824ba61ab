#include "cli/until_caught_up.h"

#include "cli/progress.h"
#include "pipeline/caught_up.h"
#include "pipeline/codes.h"
#include "telemetry/render.h"

namespace renkei::cli {

namespace {

constexpr std::chrono::milliseconds kLook{50};

}  // namespace

Status AwaitCaughtUp(Session& session, const Invocation& invocation, const base::io::StopSignal& stop) {
  const base::MonoTime began = invocation.clock.mono();
  const auto passed_s = [&] {
    return base::MicrosBetween(began, invocation.clock.mono()) / base::kMicrosPerSecond;
  };
  pipeline::CaughtUp caught_up(session.pipeline());
  RETURN_IF_ERROR(caught_up.Mark());
  Progress progress(session, invocation);
  for (int64_t shown_s = 0;;) {
    ASSIGN_OR_RETURN(const bool reached, caught_up.Reached());
    if (reached) break;
    if (stop.Wait(kLook)) return Error(pipeline::kStopAsked);
    if (passed_s() == shown_s) continue;
    shown_s = passed_s();
    progress.Show();
  }
  session.progress().Show("");
  session.journal().Log(pipeline::kCaughtUp,
                        {{"tables", std::to_string(session.pipeline().Read().tables.size())},
                         {"seconds", std::to_string(passed_s())}});
  return {};
}

}  // namespace renkei::cli
