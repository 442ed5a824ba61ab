// The journal: one line an event, on a terminal
//
//   09:14:05.123 error RK1042 text key=value
//
// or JSON as Cloud Logging reads it:
//
//   {"severity":"ERROR","time":"2026-11-25T09:14:05.123456Z","message":"text","code":"RK1042","name":"...",
//    "path":"..."}
//
// An event equal to one written less than 10 seconds ago is only counted; when the 10 seconds are over, the
// next event of any kind, Flush or the end writes the line once more with repeated=n.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "telemetry/language.h"
#include "telemetry/metrics.h"

namespace renkei::telemetry {

enum class LogFormat : uint8_t { kTerminal, kJson };

struct JournalOptions {
  Language language = Language::kEnglish;
  LogFormat format = LogFormat::kTerminal;
  bool colour = false;             // only where the reader is a terminal
  int64_t utc_offset_seconds = 0;  // the terminal's times; JSON is UTC
  Metrics* metrics = nullptr;      // counts renkei_events_total{code,severity}; outlives the journal
};

// Thread-safe. `write` takes a whole line with its end; it is called by one thread at a time.
class Journal {
 public:
  using Write = std::function<void(std::string_view line)>;

  Journal(const base::Clock& clock, Write write, JournalOptions options);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Errors and other events alike: the message table knows the severity.
  void Log(const Error& event);
  void Log(Code code, std::initializer_list<Field> fields) { Log(Error(code, fields)); }

  // Writes the counts of repeated events now.
  void Flush();

 private:
  struct Repeated {
    Error event;
    base::MonoTime written;
    uint64_t suppressed = 0;
  };

  void WriteLine(const Error& event);
  // Forgets events whose time is over, writing the counted ones; all of them if `all`.
  void SettleRepeated(bool all);

  const base::Clock& clock_;
  const Write write_;
  const JournalOptions options_;
  std::mutex mutex_;
  std::map<std::string, Repeated> recent_;  // by code and fields; bounded
};

}  // namespace renkei::telemetry
