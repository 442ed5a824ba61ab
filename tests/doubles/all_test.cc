// From a configuration file that names only doubles to rows in a destination: what a plug-in needs to take
// part is its folder and its line.
#include "tests/doubles/all.h"

#include <gtest/gtest.h>

#include "base/io/system_clock.h"
#include "pipeline/pipeline.h"

namespace renkei::doubles {
namespace {

TEST(Doubles, RunAWholePipelineFromAConfigurationFile) {
  auto origin = std::make_shared<config::Origin>();
  origin->file = "test.yaml";
  const config::Loaded loaded = config::LoadText(
      "sources: {shop: {type: memory, tables: [a, b]}}\n"
      "hub: {type: memory}\n"
      "sinks: {warehouse: {type: memory}}\n",
      origin, Catalog());
  ASSERT_TRUE(loaded.config.has_value());
  const config::Config& config = *loaded.config;

  Surroundings surroundings;
  pipeline::Parts parts;
  parts.hub = std::move(*MakeHub(config.hub, surroundings));
  for (const config::PluginSection& section : config.sources) {
    parts.sources.push_back({section.name, section.type, std::move(*MakeSource(section, surroundings))});
  }
  for (const config::PluginSection& section : config.sinks) {
    parts.sinks.push_back({section.name, section.type, std::move(*MakeSink(section, surroundings)), {}});
    parts.routes.push_back({section.name, {}});
  }
  MemoryDatabase& database = *surroundings.databases.at("shop");
  database.Commit({{"a", core::Operation::kInsert, 1, "before the copy", 1}});

  const base::io::SystemClock clock;
  telemetry::Journal journal(clock, [](std::string_view) {}, {});
  pipeline::Pipeline pipeline(std::move(parts), clock, journal);
  pipeline.Start();
  database.Commit({{"b", core::Operation::kInsert, 2, "meanwhile", 2}});
  core::Sink& sink = *pipeline.FindSink("warehouse");
  const auto shown = [&](const std::string& table) {
    auto reader = sink.OpenTableReader("shop", table);
    if (!reader.ok()) return uint32_t{0};
    const auto rows = (*reader)->Next();
    return rows.ok() && rows->has_value() ? (**rows).rows : 0;
  };
  const auto deadline = clock.mono().value + int64_t{30'000'000'000};
  uint64_t seen = pipeline.changes().count();
  while ((shown("shop.a") == 0 || shown("shop.b") == 0) && clock.mono().value < deadline) {
    seen = pipeline.changes().WaitBeyond(seen, std::chrono::milliseconds(20));
  }
  EXPECT_EQ(shown("shop.a"), 1u);
  EXPECT_EQ(shown("shop.b"), 1u);
  EXPECT_TRUE(pipeline.Stop(std::chrono::seconds(30)));
}

}  // namespace
}  // namespace renkei::doubles
