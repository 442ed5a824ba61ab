#include "sources/sqlserver/config.h"

#include <gtest/gtest.h>

#include "config/testing.h"
#include "sources/sqlserver/codes.h"

namespace renkei::sources::sqlserver {
namespace {

using std::chrono::milliseconds;

Result<Options> Read(const std::string& yaml) {
  return OptionsSection().Read(config::SectionFromText(yaml, {{"PW", "p@:/ss"}}));
}

TEST(Options, HaveDefaults) {
  const auto options = Read("{url: \"sqlserver://u:${PW}@db.internal/shop\"}");
  ASSERT_TRUE(options.ok()) << options.error().Debug();
  const client::Endpoint endpoint = EndpointOf(*options);
  EXPECT_EQ(endpoint.Show(), "db.internal:1433/shop");
  EXPECT_EQ(endpoint.password, "p@:/ss");
  EXPECT_FALSE(endpoint.old_tls);
  EXPECT_EQ(options->interval, milliseconds(1000));
  EXPECT_TRUE(TablesOf(*options).Matches("dbo.anything"));
}

TEST(Options, TheLastEntryThatMatchesATableDecides) {
  const auto options = Read(
      "{url: \"sqlserver://u@h/x\", tables: [\"dbo.*\", {name: dbo.prices, interval: 200ms}, "
      "{name: \"dbo.p*\", columns: [id]}]}");
  ASSERT_TRUE(options.ok()) << options.error().Debug();
  EXPECT_EQ(IntervalOf(*options, "dbo", "orders"), milliseconds(0));
  EXPECT_EQ(IntervalOf(*options, "dbo", "prices"), milliseconds(0));
  EXPECT_EQ(ColumnsOf(*options, "dbo", "prices"), std::vector<std::string>{"id"});
  EXPECT_TRUE(ColumnsOf(*options, "dbo", "orders").empty());
}

TEST(Options, NameWhatIsMissing) {
  EXPECT_EQ(Read("{url: \"sqlserver://h/x\"}").error().code(), kNoUser);
  EXPECT_EQ(Read("{url: \"sqlserver://u@h\"}").error().code(), kNoDatabase);
  EXPECT_EQ(Read("{url: \"sqlserver://u@h/x\", tls: {mode: verify-ca}}").error().code(), kTlsWithoutCa);
  EXPECT_FALSE(Read("{url: \"sqlserver://u@h/x\", interval: 10ms}").ok());
}

}  // namespace
}  // namespace renkei::sources::sqlserver
