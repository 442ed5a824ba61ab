// The suite that every source passes: core/source.h and CORE 4, judged by what the log then holds.
//
//   class MysqlHarness final : public renkei::conformance::SourceHarness { ... };
//   INSTANTIATE_SOURCE_CONFORMANCE(Mysql, std::make_unique<MysqlHarness>());
//
// in one file of a test program linked with renkei_conformance. The second argument is evaluated for each
// case.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <tuple>

#include "tests/conformance/source_suite.h"

namespace renkei::conformance {

class SourceConformance : public ::testing::TestWithParam<std::tuple<SourceCase, MakeSourceHarness>> {};

TEST_P(SourceConformance, Holds) {
  const auto& [source_case, make] = GetParam();
  const std::unique_ptr<SourceHarness> harness = make();
  Verdict verdict;
  source_case.run(*harness, verdict);
  EXPECT_FALSE(verdict.failed()) << verdict.Text();
}

}  // namespace renkei::conformance

#define INSTANTIATE_SOURCE_CONFORMANCE(prefix, make_harness)                                             \
  using ::renkei::conformance::SourceConformance;                                                        \
  INSTANTIATE_TEST_SUITE_P(                                                                              \
      prefix, SourceConformance,                                                                         \
      ::testing::Combine(                                                                                \
          ::testing::ValuesIn(::renkei::conformance::SourceCases()),                                     \
          ::testing::Values(::renkei::conformance::MakeSourceHarness(                                    \
              []() -> std::unique_ptr<::renkei::conformance::SourceHarness> { return make_harness; }))), \
      [](const auto& info) { return std::get<0>(info.param).name; })
