#include "load/mode.h"

#include <fmt/core.h>

#include <thread>
#include <vector>

namespace renkei::load {

std::atomic<bool> g_stop_asked{false};

Run::Run(const Options& options, Summary& summary)
    : options_(options), summary_(summary), start_(std::chrono::steady_clock::now()) {}

double Run::elapsed_s() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

bool Run::Over() const {
  if (failed_ || g_stop_asked) return true;
  if (options_.rows > 0 && summary_.rows >= options_.rows) return true;
  return options_.seconds > 0 && elapsed_s() >= options_.seconds;
}

void Run::Fail(const std::string& what) {
  if (!failed_.exchange(true)) fmt::print(stderr, "renkei_load: {}\n", what);
}

Pace::Pace(double per_second)
    : step_(per_second > 0 ? static_cast<int64_t>(1e9 / per_second) : 0),
      next_(std::chrono::steady_clock::now()) {}

void Pace::Wait() {
  if (step_.count() == 0) return;
  const auto now = std::chrono::steady_clock::now();
  next_ = std::max(next_ + step_, now - std::chrono::seconds(1));
  if (next_ > now) std::this_thread::sleep_until(next_);
}

uint64_t Dice::Next() {
  uint64_t mixed = (state_ += 0x9E3779B97F4A7C15ull);
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ull;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBull;
  return mixed ^ (mixed >> 31);
}

void InThreads(unsigned threads, const std::function<void(unsigned)>& body) {
  std::vector<std::jthread> running;
  for (unsigned thread = 0; thread < threads; ++thread)
    running.emplace_back([&body, thread] { body(thread); });
}

int64_t NowMicros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace renkei::load
