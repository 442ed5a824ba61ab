#include "sources/mysql/config.h"

#include <gtest/gtest.h>

#include "config/testing.h"
#include "sources/mysql/codes.h"

namespace renkei::sources::mysql {
namespace {

Result<Options> Read(const std::string& yaml) {
  return OptionsSection().Read(config::SectionFromText(yaml, {{"PW", "p@:/ss"}}));
}

TEST(Options, HaveDefaults) {
  const auto options = Read("{url: \"mysql://u:${PW}@db.internal/shop\"}");
  ASSERT_TRUE(options.ok()) << options.error().Debug();
  const client::Endpoint endpoint = EndpointOf(*options);
  EXPECT_EQ(endpoint.Show(), "db.internal:3306");
  EXPECT_EQ(endpoint.password, "p@:/ss");
  EXPECT_EQ(endpoint.tls, client::TlsMode::kPrefer);
  EXPECT_EQ(TablesOf(*options).patterns(), std::vector<std::string>{"shop.*"});
  EXPECT_EQ(options->snapshot.workers, 2);
}

TEST(Options, TakeTablesByPatternAndByName) {
  const auto options = Read("{url: \"mysql://u@h/x\", tables: [\"shop.*\", {name: \"!shop.tmp_*\"}]}");
  ASSERT_TRUE(options.ok());
  EXPECT_TRUE(TablesOf(*options).Matches("shop.orders"));
  EXPECT_FALSE(TablesOf(*options).Matches("shop.tmp_1"));
}

TEST(Options, ThePasswordStandsAboveTheUrls) {
  const auto options = Read("{url: \"mysql://u:a@h/x?socket=/run/s\", password: \"${PW}\"}");
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(EndpointOf(*options).password, "p@:/ss");
  EXPECT_EQ(EndpointOf(*options).socket, "/run/s");
}

TEST(Options, AreRefusedWithTheirReason) {
  EXPECT_EQ(Read("{url: \"mysql://h/shop\"}").error().code(), kNoUser);
  EXPECT_EQ(Read("{url: \"mysql://u@h\"}").error().code(), config::kNoPatterns);
  EXPECT_EQ(Read("{url: \"mysql://u@h/s\", tables: [shop]}").error().code(), config::kBadPattern);
  EXPECT_EQ(Read("{url: \"mysql://u@h/s\", tls: {mode: verify-ca}}").error().code(), kTlsWithoutCa);
  EXPECT_EQ(Read("{url: \"mysql://u@h/s\", snapshot: {workers: 0}}").error().code(), config::kOutOfRange);
  EXPECT_EQ(Read("{url: \"mysql://u@h/s\", tables: [{name: a.b, mask: {}}]}").error().code(),
            config::kUnknownKey);
}

}  // namespace
}  // namespace renkei::sources::mysql
