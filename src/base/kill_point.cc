#include "base/kill_point.h"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace renkei::base {

namespace {

struct Armed {
  std::string name;
  std::atomic<int64_t> hits_left{1};
};

Armed* ReadArmed() {
  const char* setting = std::getenv("RENKEI_KILL_POINT");
  if (setting == nullptr) return nullptr;
  static Armed armed;
  const std::string text = setting;
  const size_t colon = text.find(':');
  armed.name = text.substr(0, colon);
  if (colon != std::string::npos) armed.hits_left = std::atoll(text.c_str() + colon + 1);
  return &armed;
}

}  // namespace

void KillPoint(std::string_view name) {
  static Armed* const armed = ReadArmed();
  if (armed == nullptr || armed->name != name) return;
  if (armed->hits_left.fetch_sub(1) != 1) return;
  std::fprintf(stderr, "kill point %.*s\n", static_cast<int>(name.size()), name.data());
  std::fflush(stderr);
  std::raise(SIGKILL);
}

}  // namespace renkei::base
