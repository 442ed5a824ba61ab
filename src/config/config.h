// The configuration file as a whole: the general keys read, each source, the hub and each sink as a section
// whose plug-in reads the rest.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/io/file.h"
#include "base/result.h"
#include "config/plugin_section.h"
#include "config/section.h"
#include "telemetry/language.h"

namespace renkei::config {

// The plug-ins there are: the word after `type:` and the section that declares its keys.
struct PluginKind {
  std::string type;
  const SectionInfo* section = nullptr;
};
struct Catalog {
  std::vector<PluginKind> sources;
  std::vector<PluginKind> hubs;  // the first is what a file without `hub:` gets
  std::vector<PluginKind> sinks;
};

// The keys that belong to no plug-in.
struct General {
  Path data_dir{"renkei-data"};
  std::optional<telemetry::Language> lang;
  Address http{"127.0.0.1", 9464};
  Bytes memory = MB(256);
  Node sources;
  Node hub;
  Node sinks;
};
const Section<General>& GeneralSection();

struct Config {
  std::string file;
  std::string data_dir;  // with the file's folder in front unless absolute
  std::optional<telemetry::Language> lang;
  Address http;
  Bytes memory;
  std::vector<PluginSection> sources;  // each read without a problem by its kind's section
  PluginSection hub;
  std::vector<PluginSection> sinks;
};

// Either a configuration or what is wrong with it, by line.
struct Loaded {
  std::optional<Config> config;
  std::vector<Error> errors;
};

constexpr uint64_t kLargestFileBytes = 1 << 20;

// Reads and checks the file with every plug-in's section. Touches nothing but the file.
Loaded Load(base::io::FileSystem& files, const std::string& path, Environment environment,
            const Catalog& catalog);

// The same for a text that stands for the file.
Loaded LoadText(std::string_view text, std::shared_ptr<const Origin> origin, const Catalog& catalog);

// docs/reference/config.md.
std::string ReferencePage(const Catalog& catalog);

}  // namespace renkei::config
