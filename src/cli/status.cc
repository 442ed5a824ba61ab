#include "cli/status.h"

#include "base/io/stop_signal.h"
#include "cli/status_view.h"
#include "serve/client.h"
#include "serve/server.h"

namespace renkei::cli {

namespace {

constexpr std::chrono::milliseconds kWatchEvery{1000};
constexpr std::string_view kHome = "\x1b[H\x1b[2J";

int Watch(const Invocation& invocation, const serve::Client& client) {
  const base::io::StopSignal stop;
  do {
    const Result<std::string> status = client.Status();
    if (!status.ok()) return Fail(invocation, status.error());
    const std::string view = StatusView(*status, invocation.language);
    invocation.out(invocation.out_is_terminal ? std::string(kHome) + view : view + "\n");
  } while (!stop.Wait(kWatchEvery));
  return 0;
}

}  // namespace

int ShowStatus(Invocation& invocation, const StatusOptions& options) {
  const std::optional<config::Config> config = LoadConfig(invocation);
  if (!config) return static_cast<int>(telemetry::Exit::kWrongInput);
  const serve::Client client(serve::SocketPath(config->data_dir));
  if (options.watch) return Watch(invocation, client);
  const Result<std::string> status = client.Status();
  if (!status.ok()) return Fail(invocation, status.error());
  invocation.out(options.json ? *status : StatusView(*status, invocation.language));
  return 0;
}

}  // namespace renkei::cli
