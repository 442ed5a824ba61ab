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
  const client::Endpoint endpoint = EndpointsOf(*options).front();
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
  EXPECT_EQ(EndpointsOf(*options).front().password, "p@:/ss");
  EXPECT_EQ(EndpointsOf(*options).front().socket, "/run/s");
}

TEST(Options, TakeSeveralHosts) {
  const auto options = Read("{url: \"mysql://u@db1,db2:3307,[::1]:3308,[fe80::2]/x\"}");
  ASSERT_TRUE(options.ok()) << options.error().Debug();
  std::vector<std::string> shown;
  for (const client::Endpoint& endpoint : EndpointsOf(*options)) shown.push_back(endpoint.Show());
  EXPECT_EQ(shown, (std::vector<std::string>{"db1:3306", "db2:3307", "[::1]:3308", "[fe80::2]:3306"}));
  EXPECT_EQ(Read("{url: \"mysql://u@db1,db2:x/x\"}").error().code(), kBadHost);
  EXPECT_EQ(Read("{url: \"mysql://u@db1,,db2/x\"}").error().code(), kBadHost);
}

TEST(Options, TheReaderTakesUserAndPasswordOfTheUrl) {
  const auto options = Read("{url: \"mysql://u:a@db1/x\", read_url: \"mysql://db2\"}");
  ASSERT_TRUE(options.ok()) << options.error().Debug();
  const auto reader = ReadEndpointOf(*options);
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(reader->Show() + reader->user + reader->password, "db2:3306ua");
  EXPECT_FALSE(ReadEndpointOf(*Read("{url: \"mysql://u@h/x\"}")).has_value());
}

TEST(Options, AreRefusedWithTheirReason) {
  EXPECT_EQ(Read("{url: \"mysql://h/shop\"}").error().code(), kNoUser);
  EXPECT_EQ(Read("{url: \"mysql://u@h\"}").error().code(), config::kNoPatterns);
  EXPECT_EQ(Read("{url: \"mysql://u@h/s\", tables: [shop]}").error().code(), config::kBadPattern);
  EXPECT_EQ(Read("{url: \"mysql://u@h/s\", tls: {mode: verify-ca}}").error().code(), kTlsWithoutCa);
  EXPECT_EQ(Read("{url: \"mysql://u@h/s\", tls: {cert: c.pem}}").error().code(), kTlsHalfPair);
  EXPECT_EQ(Read("{url: \"mysql://u@h/s\", snapshot: {workers: 0}}").error().code(), config::kOutOfRange);
  EXPECT_EQ(Read("{url: \"mysql://u@h/s\", tables: [{name: a.b, mask: {}}]}").error().code(),
            config::kUnknownKey);
}

}  // namespace
}  // namespace renkei::sources::mysql
