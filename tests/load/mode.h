// What every shape of load is given and gives back.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "load/connection.h"

namespace renkei::load {

struct Options {
  Address address;
  bool prepare = false;  // only create the tables and their first rows
  uint64_t seed = 1;
  double seconds = 0;    // 0 = no bound
  uint64_t rows = 0;     // rows to change; 0 = the mode's default
  double rate = 0;       // transactions or rows a second, as the mode says; 0 = the mode's default
  unsigned threads = 0;  // 0 = the mode's default
  unsigned tables = 0;   // 0 = the mode's default
  uint64_t batch = 0;    // rows in a transaction; 0 = the mode's default
  uint64_t preload = 0;  // rows of the one big table (paced, small)
  uint64_t recent = 0;   // updates go to the last so many keys only; 0 = all keys
  double big_every = 0;  // seconds between 64 MB transactions (bank); 0 = none
  uint64_t big_rows = 1024;
  std::string journal;  // file that gets one line for each committed transaction (paced)
};

// Counted by all threads of a mode.
struct Summary {
  std::atomic<uint64_t> transactions{0};
  std::atomic<uint64_t> rows{0};
  std::atomic<uint64_t> rolled_back{0};  // on purpose
  std::atomic<uint64_t> refused{0};      // by the server
  std::atomic<uint64_t> unknown{0};      // the connection broke at the commit: found out afterwards
  std::atomic<uint64_t> reconnects{0};
  std::atomic<uint64_t> big{0};
};

// When to stop: time over, rows done, a signal, or a failure. Thread-safe.
class Run {
 public:
  Run(const Options& options, Summary& summary);
  bool Over() const;
  // Says what went wrong, once, and stops all.
  void Fail(const std::string& what);
  bool failed() const { return failed_; }
  double elapsed_s() const;

 private:
  const Options& options_;
  Summary& summary_;
  std::chrono::steady_clock::time_point start_;
  std::atomic<bool> failed_{false};
};

// Set by SIGTERM and SIGINT.
extern std::atomic<bool> g_stop_asked;

// Evenly spaced ticks; after a stall it goes on from now instead of hurrying to catch up by more than a
// second.
class Pace {
 public:
  explicit Pace(double per_second);
  void Wait();

 private:
  std::chrono::nanoseconds step_;
  std::chrono::steady_clock::time_point next_;
};

// A small, fast, seeded generator (splitmix64): the same numbers on every machine.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ull + 1) {}
  uint64_t Next();
  // 0 … bound-1
  uint64_t Below(uint64_t bound) { return Next() % bound; }
  bool Percent(unsigned percent) { return Below(100) < percent; }

 private:
  uint64_t state_;
};

// Runs `body(thread)` in so many threads and waits for all.
void InThreads(unsigned threads, const std::function<void(unsigned)>& body);
int64_t NowMicros();

void Shop(const Options& options, Run& run, Summary& summary);
void Bank(const Options& options, Run& run, Summary& summary);
void Paced(const Options& options, Run& run, Summary& summary);
void ManyTables(const Options& options, Run& run, Summary& summary);
void Bulk(const Options& options, Run& run, Summary& summary);
void Small(const Options& options, Run& run, Summary& summary);

}  // namespace renkei::load
