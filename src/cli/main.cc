#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "base/io/system_clock.h"
#include "cli/catalog.h"
#include "cli/commands.h"

namespace renkei::cli {

namespace {

std::optional<std::string> FromEnvironment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

// How far east of UTC the terminal's times are now.
int64_t UtcOffsetSeconds(base::WallTime now) {
  const auto seconds = static_cast<std::time_t>(now.value / base::kMicrosPerSecond);
  std::tm local{};
  return localtime_r(&seconds, &local) == nullptr ? 0 : local.tm_gmtoff;
}

void WriteTo(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fflush(stream);
}

}  // namespace

int Main(int argc, char** argv, const std::string& version) {
  base::io::SystemClock clock;
  base::io::DiskFileSystem files;
  Invocation invocation{.clock = clock,
                        .files = files,
                        .catalog = PluginCatalog(),
                        .environment = FromEnvironment,
                        .out = [](std::string_view text) { WriteTo(stdout, text); },
                        .err = [](std::string_view text) { WriteTo(stderr, text); },
                        .out_is_terminal = isatty(STDOUT_FILENO) == 1,
                        .err_is_terminal = isatty(STDERR_FILENO) == 1,
                        .utc_offset_seconds = UtcOffsetSeconds(clock.wall()),
                        .version = version,
                        .config_path = {}};
  return Dispatch(invocation, {argv + 1, argv + argc});
}

}  // namespace renkei::cli
