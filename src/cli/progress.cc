#include "cli/progress.h"

#include <fmt/format.h>

#include "cli/codes.h"
#include "telemetry/render.h"

namespace renkei::cli {

namespace {

constexpr int64_t kJournalEvery_us = 10 * base::kMicrosPerSecond;

// 1234567 -> "1,234,567".
std::string Grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto place = static_cast<ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3)
    digits.insert(static_cast<size_t>(place), 1, ',');
  return digits;
}

std::string Seconds(double seconds) {
  const auto whole = static_cast<int64_t>(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

std::string Millis(double ms) {
  return ms < 1000 ? fmt::format("{:.0f} ms", ms) : fmt::format("{:.1f} s", ms / 1000);
}

Error DescribeCopy(const pipeline::TableStatus& table, size_t others) {
  std::vector<Field> fields{{"table", table.table},
                            {"rows", Grouped(table.rows_snapshot)},
                            {"estimate", Grouped(table.rows_estimated)},
                            {"others", others > 0 ? fmt::format(" (+{})", others) : ""}};
  if (!table.rows_per_s) return Error(kCopyBegun, std::move(fields));
  fields.push_back({"rate", Grouped(static_cast<uint64_t>(*table.rows_per_s))});
  fields.push_back({"left", Seconds(table.left_s.value_or(0))});
  return Error(kCopyProgress, std::move(fields));
}

}  // namespace

Progress::Progress(Session& session, const Invocation& invocation)
    : session_(session),
      invocation_(invocation),
      journalled_(invocation.clock.mono()),
      counted_at_(journalled_) {}

void Progress::Show() {
  const pipeline::PipelineStatus status = session_.pipeline().Read();
  const Error line = Describe(status);
  if (session_.progress().terminal()) {
    session_.progress().Show(telemetry::Render(line, invocation_.language));
    return;
  }
  // A journal is not a screen: the copy's progress is news, calm is not.
  const base::MonoTime now = invocation_.clock.mono();
  if (line.code() != kCopyProgress || base::MicrosBetween(journalled_, now) < kJournalEvery_us) return;
  journalled_ = now;
  session_.journal().Log(line);
}

Error Progress::Describe(const pipeline::PipelineStatus& status) {
  uint64_t rows = 0;
  for (const pipeline::SinkStatus& sink : status.sinks) rows += sink.rows;
  const base::MonoTime now = invocation_.clock.mono();
  const double passed_s = static_cast<double>(base::MicrosBetween(counted_at_, now)) / base::kMicrosPerSecond;
  const double rate = passed_s > 0 ? static_cast<double>(rows - counted_rows_) / passed_s : 0;
  counted_rows_ = rows;
  counted_at_ = now;
  const pipeline::TableStatus* copying = nullptr;
  size_t copies = 0;
  size_t live = 0;
  for (const pipeline::TableStatus& table : status.tables) {
    live += table.state == pipeline::RunState::kLive ? 1 : 0;
    if (table.state != pipeline::RunState::kCopying) continue;
    ++copies;
    if (copying == nullptr || table.rows_per_s) copying = &table;
  }
  if (copying != nullptr) return DescribeCopy(*copying, copies - 1);
  for (const pipeline::SourceStatus& source : status.sources) {
    if (source.state == pipeline::RunState::kLive) continue;
    return Error(kWaiting, {{"part", "source"},
                            {"name", source.name},
                            {"state", std::string(pipeline::RunStateName(source.state))}});
  }
  const bool known = !status.sinks.empty() && status.sinks.front().freshness;
  return Error(kLiveProgress, {{"tables", std::to_string(live)},
                               {"p50", known ? Millis(status.sinks.front().freshness->p50_ms) : "-"},
                               {"p99", known ? Millis(status.sinks.front().freshness->p99_ms) : "-"},
                               {"rate", Grouped(static_cast<uint64_t>(rate))}});
}

}  // namespace renkei::cli
