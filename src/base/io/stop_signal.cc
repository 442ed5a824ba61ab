#include "base/io/stop_signal.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>

#include "base/check.h"

namespace renkei::base::io {

namespace {

// Of the one instance; a handler can reach nothing else.
std::atomic<int> asked_descriptor{-1};
std::atomic<bool> was_asked{false};

void OnSignal(int signal) {
  const int saved = errno;
  if (was_asked.exchange(true) && signal == SIGINT) {
    std::signal(SIGINT, SIG_DFL);
    raise(SIGINT);
  }
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(asked_descriptor.load(), &one, sizeof(one));
  errno = saved;
}

void Install(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

StopSignal::StopSignal() {
  CHECK_EQ(asked_descriptor.load(), -1);
  was_asked = false;
  asked_descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  CHECK_GE(asked_descriptor.load(), 0);
  Install(OnSignal);
}

StopSignal::~StopSignal() {
  Install(SIG_DFL);
  close(asked_descriptor.exchange(-1));
}

bool StopSignal::asked() const { return was_asked; }

bool StopSignal::Wait(std::chrono::milliseconds at_most) const {
  pollfd look{.fd = asked_descriptor.load(), .events = POLLIN, .revents = 0};
  poll(&look, 1, static_cast<int>(at_most.count()));
  return asked();
}

}  // namespace renkei::base::io
