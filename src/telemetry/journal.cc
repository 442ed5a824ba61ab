#include "telemetry/journal.h"

#include <fmt/format.h>

#include "telemetry/json_text.h"
#include "telemetry/render.h"
#include "telemetry/wall_text.h"

namespace renkei::telemetry {

namespace {

constexpr int64_t kRepeatWindow_us = 10 * base::kMicrosPerSecond;
constexpr size_t kRecentMost = 256;  // beyond it events are written, not counted

std::string_view TerminalWord(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info ";
    case Severity::kWarning:
      return "warn ";
    case Severity::kError:
      break;
  }
  return "error";
}

std::string_view JsonWord(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "INFO";
    case Severity::kWarning:
      return "WARNING";
    case Severity::kError:
      break;
  }
  return "ERROR";
}

std::string_view Colour(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "\x1b[32m";
    case Severity::kWarning:
      return "\x1b[33m";
    case Severity::kError:
      break;
  }
  return "\x1b[31m";
}

std::string Quoted(const std::string& value) {
  const std::string line = OneLine(value);
  const bool plain = !line.empty() && line.find_first_of(" \"=") == std::string::npos;
  if (plain) return line;
  std::string quoted;
  AppendJsonText(line, quoted);
  return quoted;
}

std::string TerminalLine(const Error& event, const JournalOptions& options, base::WallTime now) {
  const Severity severity = SeverityOf(event);
  const std::string_view word = TerminalWord(severity);
  const std::string shown =
      options.colour ? fmt::format("{}{}\x1b[0m", Colour(severity), word) : std::string(word);
  std::string line = fmt::format("{} {} {}", TimeOfDay(now, options.utc_offset_seconds), shown,
                                 RenderWithCode(event, options.language));
  for (const Field& field : FieldsBeside(event, options.language)) {
    line += fmt::format(" {}={}", field.name, Quoted(field.value));
  }
  return line + "\n";
}

bool IsReserved(const std::string& name) {
  return name == "severity" || name == "time" || name == "message" || name == "code" || name == "name";
}

std::string JsonLine(const Error& event, const JournalOptions& options, base::WallTime now) {
  std::string line = fmt::format(
      "{{\"severity\":\"{}\",\"time\":\"{}\",\"message\":", JsonWord(SeverityOf(event)), Rfc3339(now));
  AppendJsonText(Render(event, options.language), line);
  line += fmt::format(",\"code\":\"{}\"", CodeName(event.code()));
  if (const Message* message = FindMessage(event.code()))
    line += fmt::format(",\"name\":\"{}\"", message->name);
  for (const Field& field : event.fields()) {
    line += ',';
    AppendJsonText(IsReserved(field.name) ? "field_" + field.name : field.name, line);
    line += ':';
    AppendJsonText(field.value, line);
  }
  return line + "}\n";
}

}  // namespace

Journal::Journal(const base::Clock& clock, Write write, JournalOptions options)
    : clock_(clock), write_(std::move(write)), options_(options) {}

Journal::~Journal() { Flush(); }

void Journal::Log(const Error& event) {
  if (options_.metrics != nullptr) {
    options_.metrics
        ->GetCounter(
            "renkei_events_total", "Events in the journal, repeated ones included.",
            {{"code", CodeName(event.code())}, {"severity", std::string(JsonWord(SeverityOf(event)))}})
        .Add(1);
  }
  std::lock_guard lock(mutex_);
  SettleRepeated(false);
  std::string key = event.Debug();
  if (const auto found = recent_.find(key); found != recent_.end()) {
    ++found->second.suppressed;
    return;
  }
  WriteLine(event);
  if (recent_.size() < kRecentMost) recent_.emplace(std::move(key), Repeated{event, clock_.mono()});
}

void Journal::Flush() {
  std::lock_guard lock(mutex_);
  SettleRepeated(true);
}

void Journal::SettleRepeated(bool all) {
  const base::MonoTime now = clock_.mono();
  std::erase_if(recent_, [&](const auto& entry) {
    const Repeated& repeated = entry.second;
    if (!all && base::MicrosBetween(repeated.written, now) < kRepeatWindow_us) return false;
    if (repeated.suppressed > 0) {
      WriteLine(Error(repeated.event).With("repeated", std::to_string(repeated.suppressed)));
    }
    return true;
  });
}

void Journal::WriteLine(const Error& event) {
  const base::WallTime now = clock_.wall();
  write_(options_.format == LogFormat::kJson ? JsonLine(event, options_, now)
                                             : TerminalLine(event, options_, now));
}

}  // namespace renkei::telemetry
