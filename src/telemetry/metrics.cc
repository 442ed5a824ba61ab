#include "telemetry/metrics.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace renkei::telemetry {

namespace {

std::string Escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
    } else {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
  }
  return text;
}

// source="shop",table="shop.orders"
std::string LabelText(const Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", name, Escaped(value));
  }
  return text;
}

bool IsMetricName(std::string_view name) {
  return name.starts_with("renkei_") && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

std::string Braced(const std::string& labels) { return labels.empty() ? "" : "{" + labels + "}"; }

void AppendHistogram(const std::string& name, const std::string& labels, const Histogram& histogram,
                     std::string& text) {
  const std::string lead = labels.empty() ? "" : labels + ",";
  uint64_t below = 0;
  for (size_t bucket = 0; bucket <= histogram.bounds().size(); ++bucket) {
    below += histogram.count(bucket);
    const std::string bound =
        bucket < histogram.bounds().size() ? fmt::format("{}", histogram.bounds()[bucket]) : "+Inf";
    text += fmt::format("{}_bucket{{{}le=\"{}\"}} {}\n", name, lead, bound, below);
  }
  text += fmt::format("{}_sum{} {}\n{}_count{} {}\n", name, Braced(labels), histogram.sum(), name,
                      Braced(labels), below);
}

}  // namespace

void Histogram::Observe(double value, uint64_t times) {
  const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), value);
  counts_[static_cast<size_t>(bound - bounds_.begin())].fetch_add(times, std::memory_order_relaxed);
  sum_.fetch_add(value * static_cast<double>(times), std::memory_order_relaxed);
}

Metrics::Series& Metrics::GetSeries(std::string_view name, std::string_view help, Kind kind,
                                    const Labels& labels) {
  auto family = families_.find(name);
  if (family == families_.end()) {
    CHECK(IsMetricName(name));
    CHECK_EQ(name.ends_with("_total"), kind == Kind::kCounter);
    family = families_.emplace(name, Family{kind, std::string(help), {}}).first;
  }
  CHECK(family->second.kind == kind);
  auto& series = family->second.series;
  const std::string text = LabelText(labels);
  if (const auto found = series.find(text); found != series.end()) return found->second;
  if (series.size() < kSeriesMost) return series[text];
  Labels other = labels;
  for (auto& label : other) label.second = "other";
  return series[LabelText(other)];
}

Counter& Metrics::GetCounter(std::string_view name, std::string_view help, const Labels& labels) {
  std::lock_guard lock(mutex_);
  Series& series = GetSeries(name, help, Kind::kCounter, labels);
  if (!series.counter) series.counter = std::make_unique<Counter>();
  return *series.counter;
}

Gauge& Metrics::GetGauge(std::string_view name, std::string_view help, const Labels& labels) {
  std::lock_guard lock(mutex_);
  Series& series = GetSeries(name, help, Kind::kGauge, labels);
  if (!series.gauge) series.gauge = std::make_unique<Gauge>();
  return *series.gauge;
}

Histogram& Metrics::GetHistogram(std::string_view name, std::string_view help,
                                 const std::vector<double>& bounds, const Labels& labels) {
  CHECK(std::is_sorted(bounds.begin(), bounds.end()));
  std::lock_guard lock(mutex_);
  Series& series = GetSeries(name, help, Kind::kHistogram, labels);
  if (!series.histogram) series.histogram = std::make_unique<Histogram>(bounds);
  return *series.histogram;
}

std::string Metrics::Text() const {
  std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& [name, family] : families_) {
    constexpr std::string_view kKinds[] = {"counter", "gauge", "histogram"};
    text += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, Escaped(family.help), name,
                        kKinds[static_cast<size_t>(family.kind)]);
    for (const auto& [labels, series] : family.series) {
      if (series.counter) text += fmt::format("{}{} {}\n", name, Braced(labels), series.counter->value());
      if (series.gauge) text += fmt::format("{}{} {}\n", name, Braced(labels), series.gauge->value());
      if (series.histogram) AppendHistogram(name, labels, *series.histogram, text);
    }
  }
  return text;
}

}  // namespace renkei::telemetry
