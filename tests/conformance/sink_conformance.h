// The suite that every sink passes: core/sink.h, point by point, on any cut of a log into cycles.
//
//   class DuckdbHarness final : public renkei::conformance::SinkHarness { ... };
//   INSTANTIATE_SINK_CONFORMANCE(Duckdb, std::make_unique<DuckdbHarness>());
//
// in one file of a test program linked with renkei_conformance. The second argument is evaluated for each
// case.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <tuple>

#include "tests/conformance/sink_suite.h"

namespace renkei::conformance {

class SinkConformance : public ::testing::TestWithParam<std::tuple<SinkCase, MakeSinkHarness>> {};

TEST_P(SinkConformance, Holds) {
  const auto& [sink_case, make] = GetParam();
  const std::unique_ptr<SinkHarness> harness = make();
  Verdict verdict;
  sink_case.run(*harness, verdict);
  EXPECT_FALSE(verdict.failed()) << verdict.Text();
}

}  // namespace renkei::conformance

#define INSTANTIATE_SINK_CONFORMANCE(prefix, make_harness)                                             \
  using ::renkei::conformance::SinkConformance;                                                        \
  INSTANTIATE_TEST_SUITE_P(                                                                            \
      prefix, SinkConformance,                                                                         \
      ::testing::Combine(                                                                              \
          ::testing::ValuesIn(::renkei::conformance::SinkCases()),                                     \
          ::testing::Values(::renkei::conformance::MakeSinkHarness(                                    \
              []() -> std::unique_ptr<::renkei::conformance::SinkHarness> { return make_harness; }))), \
      [](const auto& info) { return std::get<0>(info.param).name; })
