#include "telemetry/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace renkei::telemetry {
namespace {

TEST(Metrics, TextForPrometheus) {
  Metrics metrics;
  metrics.GetCounter("renkei_source_rows_total", "Rows captured.", {{"source", "shop"}}).Add(3);
  metrics.GetCounter("renkei_source_rows_total", "Rows captured.", {{"source", "a\"b\\c\n"}}).Add(1);
  metrics.GetGauge("renkei_hub_bytes", "Bytes kept.").Set(1.5);
  EXPECT_EQ(metrics.Text(),
            "# HELP renkei_hub_bytes Bytes kept.\n"
            "# TYPE renkei_hub_bytes gauge\n"
            "renkei_hub_bytes 1.5\n"
            "# HELP renkei_source_rows_total Rows captured.\n"
            "# TYPE renkei_source_rows_total counter\n"
            "renkei_source_rows_total{source=\"a\\\"b\\\\c\\n\"} 1\n"
            "renkei_source_rows_total{source=\"shop\"} 3\n");
}

TEST(Metrics, HistogramBucketsAccumulate) {
  Metrics metrics;
  Histogram& histogram =
      metrics.GetHistogram("renkei_sink_apply_seconds", "Apply.", {0.1, 1}, {{"sink", "w"}});
  histogram.Observe(0.1);
  histogram.Observe(0.5, 2);
  histogram.Observe(9);
  EXPECT_EQ(metrics.Text(),
            "# HELP renkei_sink_apply_seconds Apply.\n"
            "# TYPE renkei_sink_apply_seconds histogram\n"
            "renkei_sink_apply_seconds_bucket{sink=\"w\",le=\"0.1\"} 1\n"
            "renkei_sink_apply_seconds_bucket{sink=\"w\",le=\"1\"} 3\n"
            "renkei_sink_apply_seconds_bucket{sink=\"w\",le=\"+Inf\"} 4\n"
            "renkei_sink_apply_seconds_sum{sink=\"w\"} 10.1\n"
            "renkei_sink_apply_seconds_count{sink=\"w\"} 4\n");
}

TEST(Metrics, TheSameNameAndLabelsAreTheSameSeries) {
  Metrics metrics;
  Counter& first = metrics.GetCounter("renkei_a_total", "A.", {{"x", "1"}});
  EXPECT_EQ(&first, &metrics.GetCounter("renkei_a_total", "A.", {{"x", "1"}}));
  EXPECT_NE(&first, &metrics.GetCounter("renkei_a_total", "A.", {{"x", "2"}}));
}

TEST(Metrics, SeriesAreBounded) {
  Metrics metrics;
  for (size_t i = 0; i < Metrics::kSeriesMost; ++i) {
    metrics.GetGauge("renkei_a", "A.", {{"x", std::to_string(i)}});
  }
  Gauge& late = metrics.GetGauge("renkei_a", "A.", {{"x", "late"}});
  EXPECT_EQ(&late, &metrics.GetGauge("renkei_a", "A.", {{"x", "later"}}));
  late.Set(7);
  EXPECT_THAT(metrics.Text(), testing::HasSubstr("renkei_a{x=\"other\"} 7\n"));
}

TEST(MetricsDeathTest, NamesAndKindsAreChecked) {
  Metrics metrics;
  EXPECT_DEATH(metrics.GetCounter("other_total", ""), "");
  EXPECT_DEATH(metrics.GetCounter("renkei_a", ""), "");
  metrics.GetGauge("renkei_b", "");
  EXPECT_DEATH(metrics.GetHistogram("renkei_b", "", {1}), "");
}

}  // namespace
}  // namespace renkei::telemetry
