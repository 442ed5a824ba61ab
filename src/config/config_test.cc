#include "config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/codes.h"

namespace renkei::config {
namespace {

using testing::ElementsAre;

struct SourceOptions {
  Url url;
  TablePatterns tables;
};
struct TableOptions {
  std::string name;
};
struct ListOptions {
  std::vector<TableOptions> tables;
};
struct SinkOptions {
  Path path;
  TablePatterns from;
};
struct HubOptions {
  Duration retention = std::chrono::hours(168);
};

const Catalog& TestCatalog() {
  static const Section<SourceOptions> source("mysql", "A database.", [](auto& section) {
    section.Field("url", &SourceOptions::url, "Where it is.").Required();
    section.Field("tables", &SourceOptions::tables, "Which tables.").Required();
  });
  static const Section<SinkOptions> sink("duckdb", "A warehouse.", [](auto& section) {
    section.Field("path", &SinkOptions::path, "Its file.").Required();
    section.Field("from", &SinkOptions::from, "Which topics.");
  });
  static const Section<HubOptions> hub("embedded", "The log.", [](auto& section) {
    section.Field("retention", &HubOptions::retention, "How long.");
  });
  static const Section<TableOptions> table("table", "A table.", [](auto& section) {
    section.Field("name", &TableOptions::name, "Its name.").Required();
  });
  static const Section<ListOptions> list("list", "A database.", [](auto& section) {
    section.Field("tables", &ListOptions::tables, "Which tables.").Each(table, &TableOptions::name);
  });
  static const Catalog catalog{
      {{"mysql", &source}, {"list", &list}}, {{"embedded", &hub}}, {{"duckdb", &sink}}};
  return catalog;
}

Loaded LoadTest(std::string_view text) {
  auto origin = std::make_shared<Origin>();
  origin->file = "conf/renkei.yaml";
  origin->folder = "conf";
  origin->environment = [](const std::string& name) {
    return name == "SHOP_PASSWORD" ? std::optional<std::string>("s3cret") : std::nullopt;
  };
  return LoadText(text, std::move(origin), TestCatalog());
}

std::vector<std::string> ProblemsOf(std::string_view text) {
  std::vector<std::string> shown;
  for (const Error& error : LoadTest(text).errors) {
    shown.push_back(std::to_string(error.code().number) + " " + std::string(error.field("line")) + ":" +
                    std::string(error.field("column")));
  }
  return shown;
}

std::string Is(Code code, std::string_view place) {
  return std::to_string(code.number) + " " + std::string(place);
}

constexpr std::string_view kLeast = R"(
sources:
  shop: {type: mysql, url: "mysql://renkei:${SHOP_PASSWORD}@127.0.0.1:3306/shop", tables: ["shop.*"]}
sinks:
  warehouse: {type: duckdb, path: warehouse.duckdb}
)";

TEST(Config, TheLeastFile) {
  const Loaded loaded = LoadTest(kLeast);
  ASSERT_TRUE(loaded.config.has_value()) << loaded.errors.front().Debug();
  const Config& config = *loaded.config;
  EXPECT_EQ(config.data_dir, "conf/renkei-data");
  EXPECT_EQ(config.http.port, 9464);
  EXPECT_EQ(config.memory, MB(256));
  EXPECT_EQ(config.hub.type, "embedded");
  ASSERT_EQ(config.sources.size(), 1u);
  EXPECT_EQ(config.sources[0].name, "shop");
  EXPECT_EQ(config.sources[0].type, "mysql");
  EXPECT_EQ(config.sources[0].node.Find("type"), nullptr);
}

TEST(Config, GeneralKeys) {
  const Loaded loaded = LoadTest(std::string(kLeast) +
                                 "data_dir: /var/lib/renkei\nlang: ja\nhttp: off\n"
                                 "memory: 1 GiB\nhub: {type: embedded, retention: 1d}\n");
  ASSERT_TRUE(loaded.config.has_value()) << loaded.errors.front().Debug();
  EXPECT_EQ(loaded.config->data_dir, "/var/lib/renkei");
  EXPECT_EQ(loaded.config->lang, telemetry::Language::kJapanese);
  EXPECT_TRUE(loaded.config->http.off());
  EXPECT_EQ(loaded.config->memory, GiB(1));
}

TEST(Config, ProblemsOfAllPartsTogether) {
  EXPECT_THAT(ProblemsOf("data_dirs: x\n"
                         "memory: 1MB\n"
                         "sources:\n"
                         "  shop: {type: mysqll}\n"
                         "  a b: {type: mysql, url: \"mysql://h\", tables: [\"a.b\"]}\n"
                         "  none: {url: x}\n"
                         "sinks:\n"
                         "  w: {type: duckdb, pth: x, zzzz: 1}\n"
                         "hub: {type: kafka}\n"),
              ElementsAre(Is(kUnknownKeyNear, "1:1"), Is(kOutOfRange, "2:9"), Is(kUnknownType, "4:16"),
                          Is(kBadName, "5:3"), Is(kMissingKey, "6:3"), Is(kUnknownKeyNear, "8:21"),
                          Is(kUnknownKey, "8:29"), Is(kUnknownType, "9:13")));
}

TEST(Config, TopicsThatCanMatchNothing) {
  const auto with = [](std::string_view from) {
    return ProblemsOf(
        "sources: {shop: {type: mysql, url: \"mysql://h\", tables: [\"a.b\"]}}\n"
        "sinks: {w: {type: duckdb, path: x, from: " +
        std::string(from) + "}}\n");
  };
  for (const char* good : {"[\"shop.*\"]", "\"shop.shop.orders\"", "[\"*.shop.orders\", \"!shop.*\"]"}) {
    EXPECT_THAT(with(good), testing::IsEmpty()) << good;
  }
  EXPECT_THAT(with("[shop.orders]"), ElementsAre(Is(kBadTopic, "2:43")));
  EXPECT_THAT(with("[crm.crm.members, \"!web.*\"]"),
              ElementsAre(Is(kNoSuchSource, "2:43"), Is(kNoSuchSource, "2:60")));
  EXPECT_THAT(with("[orders]"), ElementsAre(Is(kBadPattern, "2:43")));
}

TEST(Config, TablesThatOnlyTakeAway) {
  EXPECT_THAT(ProblemsOf("sources: {shop: {type: list, tables: [\"!a.b\", {name: \"!a.*\"}]}}\nsinks: {}\n"),
              ElementsAre(Is(kNoPatterns, "1:38")));
  EXPECT_THAT(ProblemsOf("sources: {shop: {type: list, tables: [\"!a.b\", {name: \"a.*\"}]}}\nsinks: {}\n"),
              testing::IsEmpty());
}

TEST(Config, EmptyFilesAndSections) {
  EXPECT_THAT(ProblemsOf(""), ElementsAre(Is(kMissingKey, "1:1"), Is(kMissingKey, "1:1")));
  EXPECT_THAT(ProblemsOf("sources: {}\nsinks:\n"),
              ElementsAre(Is(kNothingNamed, "1:10"), Is(kNothingNamed, "2:1")));
  EXPECT_THAT(ProblemsOf("sources: []\nsinks: x\n"), ElementsAre(Is(kNotAMap, "1:10"), Is(kNotAMap, "2:8")));
  EXPECT_THAT(ProblemsOf("just text\n"), testing::Not(testing::IsEmpty()));
}

TEST(Config, NoFileAndTooLargeAFile) {
  base::io::DiskFileSystem files;
  const std::string folder = testing::TempDir() + "/config_test";
  ASSERT_TRUE(files.CreateFolders(folder).ok());
  const std::string path = folder + "/large.yaml";
  EXPECT_EQ(Load(files, folder + "/none.yaml", nullptr, TestCatalog()).errors.at(0).code(), kNoFile);
  ASSERT_TRUE(base::io::ReplaceFile(files, path, std::string(kLargestFileBytes + 1, '#')).ok());
  EXPECT_EQ(Load(files, path, nullptr, TestCatalog()).errors.at(0).code(), kFileTooLarge);
  ASSERT_TRUE(files.Remove(path).ok());
}

TEST(ReferencePage, NamesEveryKeyOfEveryKind) {
  const std::string page = ReferencePage(TestCatalog());
  for (const char* part : {"| `data_dir` | path | `renkei-data` |", "## A source of `type: mysql`",
                           "| `url` | URL | required | Where it is. |", "| `retention` | duration | `7d` |",
                           "## A sink of `type: duckdb`"}) {
    EXPECT_THAT(page, testing::HasSubstr(part));
  }
}

}  // namespace
}  // namespace renkei::config
