#include "cli/check_report.h"

#include <gtest/gtest.h>

namespace renkei::cli {
namespace {

using Boundaries = core::SourceCapabilities::Boundaries;
using Scope = core::SinkCapabilities::AtomicScope;
using Repeat = core::SinkCapabilities::RepeatSafety;

core::SourceCapabilities Source(Boundaries boundaries) {
  core::SourceCapabilities capabilities;
  capabilities.boundaries = boundaries;
  return capabilities;
}

core::SinkCapabilities Sink(Scope scope, Repeat repeat) {
  core::SinkCapabilities capabilities;
  capabilities.atomic_scope = scope;
  capabilities.repeat_safety = repeat;
  return capabilities;
}

TEST(Guarantee, IsWhatBothSidesHold) {
  EXPECT_EQ(
      GuaranteeOf(Source(Boundaries::kTransaction), Sink(Scope::kAllTables, Repeat::kOffsetInTransaction)),
      "exactly once, whole transactions");
  EXPECT_EQ(GuaranteeOf(Source(Boundaries::kPollGroup), Sink(Scope::kTable, Repeat::kSequenceNumber)),
            "exactly once, whole polls per table");
  EXPECT_EQ(GuaranteeOf(Source(Boundaries::kNone), Sink(Scope::kAllTables, Repeat::kNone)),
            "at least once, row by row");
  EXPECT_EQ(GuaranteeOf(Source(Boundaries::kTransaction), Sink(Scope::kRow, Repeat::kSequenceNumber)),
            "exactly once, row by row");
}

TEST(TablesOf, EveryTableHasItsLine) {
  const std::vector<CheckedSource> sources = {
      {"shop", Source(Boundaries::kTransaction), {"shop.orders", "店.注文"}, {"shop.log"}}};
  const std::vector<CheckedSink> sinks = {{"w", Sink(Scope::kAllTables, Repeat::kOffsetInTransaction)}};
  const auto routed = [](const std::string&, const std::string&, const std::string& table) {
    return table == "shop.orders";
  };
  EXPECT_EQ(TablesOf(sources, sinks, routed),
            "source  table        sink  guarantee\n"
            "shop    shop.orders  w     exactly once, whole transactions\n"
            "shop    店.注文      -     kept in the log only\n"
            "shop    shop.log     -     refused\n");
}

}  // namespace
}  // namespace renkei::cli
