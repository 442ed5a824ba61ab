#include "tests/doubles/all.h"

#include "config/section.h"
#include "tests/doubles/memory_hub.h"
#include "tests/doubles/scripted_source.h"

namespace renkei::doubles {

namespace {

struct SourceOptions {
  std::vector<std::string> tables;
};
const config::Section<SourceOptions>& SourceSection() {
  static const config::Section<SourceOptions> section("memory", "A database in memory.", [](auto& source) {
    source.Field("tables", &SourceOptions::tables, "The tables there are.").Required();
  });
  return section;
}

struct NoOptions {};
const config::Section<NoOptions>& HubSection() {
  static const config::Section<NoOptions> section("memory", "A hub in memory.", [](auto&) {});
  return section;
}
const config::Section<NoOptions>& SinkSection() {
  static const config::Section<NoOptions> section("memory", "A destination in memory.", [](auto&) {});
  return section;
}

template <class Made>
struct Kind {
  const char* type;
  const config::SectionInfo& (*section)();
  Result<std::unique_ptr<Made>> (*make)(const config::PluginSection&, Surroundings&);
};

Result<std::unique_ptr<core::Source>> MakeScripted(const config::PluginSection& section, Surroundings& with) {
  ASSIGN_OR_RETURN(const SourceOptions options, SourceSection().Read(section));
  auto& database = with.databases[section.name];
  if (database == nullptr) database = std::make_shared<MemoryDatabase>(options.tables);
  return std::unique_ptr<core::Source>(std::make_unique<ScriptedSource>(database));
}

Result<std::unique_ptr<core::Hub>> MakeMemoryHub(const config::PluginSection&, Surroundings&) {
  return std::unique_ptr<core::Hub>(std::make_unique<MemoryHub>());
}

Result<std::unique_ptr<core::Sink>> MakeMemorySink(const config::PluginSection& section, Surroundings& with) {
  auto& destination = with.destinations[section.name];
  if (destination == nullptr) destination = std::make_shared<MemoryDestination>();
  return std::unique_ptr<core::Sink>(std::make_unique<MemorySink>(section.name, destination));
}

constexpr Kind<core::Source> kSources[] = {
    {"memory", []() -> const config::SectionInfo& { return SourceSection(); }, MakeScripted},
};
constexpr Kind<core::Hub> kHubs[] = {
    {"memory", []() -> const config::SectionInfo& { return HubSection(); }, MakeMemoryHub},
};
constexpr Kind<core::Sink> kSinks[] = {
    {"memory", []() -> const config::SectionInfo& { return SinkSection(); }, MakeMemorySink},
};

template <class Kinds>
auto Make(const Kinds& kinds, const config::PluginSection& section, Surroundings& with) {
  for (const auto& kind : kinds) {
    if (section.type == kind.type) return kind.make(section, with);
  }
  base::CheckFailed(__FILE__, __LINE__, "a double of this type", section.type);
}

template <class Kinds>
std::vector<config::PluginKind> KindsOf(const Kinds& kinds) {
  std::vector<config::PluginKind> listed;
  for (const auto& kind : kinds) listed.push_back({kind.type, &kind.section()});
  return listed;
}

}  // namespace

config::Catalog Catalog() { return {KindsOf(kSources), KindsOf(kHubs), KindsOf(kSinks)}; }

Result<std::unique_ptr<core::Source>> MakeSource(const config::PluginSection& section, Surroundings& with) {
  return Make(kSources, section, with);
}
Result<std::unique_ptr<core::Hub>> MakeHub(const config::PluginSection& section, Surroundings& with) {
  return Make(kHubs, section, with);
}
Result<std::unique_ptr<core::Sink>> MakeSink(const config::PluginSection& section, Surroundings& with) {
  return Make(kSinks, section, with);
}

}  // namespace renkei::doubles
