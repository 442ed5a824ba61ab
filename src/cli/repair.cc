#include "cli/repair.h"

#include "cli/codes.h"
#include "serve/client.h"
#include "serve/server.h"

namespace renkei::cli {

int Repair(Invocation& invocation, const RepairOptions& options) {
  const std::optional<config::Config> config = LoadConfig(invocation);
  if (!config) return static_cast<int>(telemetry::Exit::kWrongInput);
  const serve::Client client(serve::SocketPath(config->data_dir));
  const Result<std::vector<std::string>> tables = client.Repair(options.tables);
  if (!tables.ok()) return Fail(invocation, tables.error());
  for (const std::string& table : *tables) Print(invocation, Error(kRepairOrdered, {{"table", table}}));
  return 0;
}

}  // namespace renkei::cli
