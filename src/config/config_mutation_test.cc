// Broken files of every shape: whatever the bytes, reading ends with a configuration or with problems that
// have a text, and never shows a secret.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "config/config.h"
#include "telemetry/render.h"

namespace renkei::config {
namespace {

struct SourceOptions {
  Url url;
  Secret password;
  TablePatterns tables;
  Duration interval = std::chrono::seconds(1);
};

const Catalog& TestCatalog() {
  static const Section<SourceOptions> section("mysql", "A database.", [](auto& source) {
    source.Field("url", &SourceOptions::url, "Where it is.").Required().Schemes({"mysql"});
    source.Field("password", &SourceOptions::password, "Its password.");
    source.Field("tables", &SourceOptions::tables, "Which tables.").Required();
    source.Field("interval", &SourceOptions::interval, "How often.")
        .Range(Duration(1), std::chrono::hours(2));
  });
  static const Catalog catalog{{{"mysql", &section}}, {{"embedded", &section}}, {{"duckdb", &section}}};
  return catalog;
}

constexpr std::string_view kFile = R"(# 設定
data_dir: /var/lib/renkei
memory: 256MB
http: "[::1]:9464"
sources:
  shop:
    type: mysql
    url: "mysql://renkei:${PASSWORD}@127.0.0.1:3306/shop?socket=%2Frun"
    password: ${PASSWORD}
    tables: ["shop.*", "!shop.tmp_*"]
    interval: 1h30m
hub: {type: embedded, url: "mysql://h", tables: [a.b]}
sinks:
  w: {type: duckdb, url: "mysql://h/${PASSWORD}", tables: ["a.${PASSWORD}"], interval: 1s}
)";
constexpr char kSecret[] = "S3CR3T";

std::string Mutated(std::mt19937& random) {
  static constexpr std::string_view kBytes = "\n\t :,[]{}\"'!*&#-?|>%@`$\\/0aZ\xff\x00\xe5";
  std::string text(kFile);
  const int mutations = 1 + static_cast<int>(random() % 8);
  for (int i = 0; i < mutations; ++i) {
    const size_t at = random() % text.size();
    switch (random() % 4) {
      case 0:
        text[at] = kBytes[random() % kBytes.size()];
        break;
      case 1:
        text.insert(at, 1, kBytes[random() % kBytes.size()]);
        break;
      case 2:
        text.erase(at, 1 + random() % 6);
        break;
      default:
        text.insert(at, text.substr(random() % text.size(), random() % 40));
    }
    if (text.empty()) text = "a";
  }
  return text;
}

void ExpectEveryFieldGiven(const Error& error) {
  std::set<std::string> names;
  ASSERT_TRUE(telemetry::FieldNames(telemetry::FindMessage(error.code())->english, names));
  for (const Field& field : error.fields()) names.erase(field.name);
  ASSERT_THAT(names, testing::IsEmpty()) << error.Debug();
}

TEST(ConfigMutation, EndsWellAndShowsNoSecret) {
  auto origin = std::make_shared<Origin>();
  origin->file = "f.yaml";
  origin->environment = [](const std::string& name) {
    return name == "PASSWORD" ? std::optional<std::string>(kSecret) : std::nullopt;
  };
  const Loaded unbroken = LoadText(kFile, origin, TestCatalog());
  ASSERT_TRUE(unbroken.config.has_value()) << unbroken.errors.front().Debug();
  std::mt19937 random(20261125);
  int well = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = Mutated(random);
    const Loaded loaded = LoadText(text, origin, TestCatalog());
    ASSERT_NE(loaded.config.has_value(), !loaded.errors.empty()) << text;
    well += loaded.config.has_value();
    for (const Error& error : loaded.errors) {
      const std::string shown = telemetry::Render(error, telemetry::Language::kEnglish);
      ASSERT_THAT(shown,
                  testing::AllOf(testing::StartsWith("f.yaml:"), testing::Not(testing::HasSubstr(kSecret))))
          << text;
      ExpectEveryFieldGiven(error);
    }
  }
  EXPECT_GT(well, 100);
}

}  // namespace
}  // namespace renkei::config
