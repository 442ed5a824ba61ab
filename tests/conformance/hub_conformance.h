// The suite that every hub passes: the guarantees of core/hub.h.
//
//   class EmbeddedHarness final : public renkei::conformance::HubHarness { ... };
//   INSTANTIATE_HUB_CONFORMANCE(Embedded, std::make_unique<EmbeddedHarness>());
//
// in one file of a test program linked with renkei_conformance. The second argument is evaluated for each
// case.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <tuple>

#include "tests/conformance/hub_suite.h"

namespace renkei::conformance {

class HubConformance : public ::testing::TestWithParam<std::tuple<HubCase, MakeHubHarness>> {};

TEST_P(HubConformance, Holds) {
  const auto& [hub_case, make] = GetParam();
  const std::unique_ptr<HubHarness> harness = make();
  Verdict verdict;
  hub_case.run(*harness, verdict);
  EXPECT_FALSE(verdict.failed()) << verdict.Text();
}

}  // namespace renkei::conformance

#define INSTANTIATE_HUB_CONFORMANCE(prefix, make_harness)                                             \
  using ::renkei::conformance::HubConformance;                                                        \
  INSTANTIATE_TEST_SUITE_P(                                                                           \
      prefix, HubConformance,                                                                         \
      ::testing::Combine(                                                                             \
          ::testing::ValuesIn(::renkei::conformance::HubCases()),                                     \
          ::testing::Values(::renkei::conformance::MakeHubHarness(                                    \
              []() -> std::unique_ptr<::renkei::conformance::HubHarness> { return make_harness; }))), \
      [](const auto& info) { return std::get<0>(info.param).name; })
