#include "config/config.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "config/codes.h"
#include "config/yaml.h"

namespace renkei::config {

namespace {

constexpr size_t kLongestName = 64;

// Names stand in file names, metrics and topics.
bool IsName(std::string_view name) {
  if (name.empty() || name.size() > kLongestName) return false;
  return std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return c < 0x80 && (std::isalnum(c) || c == '_' || c == '-'); });
}

// Takes the key `type` out of a plug-in's section and finds its kind; reports and answers nullptr if there is
// none.
const PluginKind* TakeKind(PluginSection& plugin, const std::vector<PluginKind>& kinds, bool type_optional,
                           Problems& problems) {
  std::vector<std::string> known;
  for (const PluginKind& kind : kinds) known.push_back(kind.type);
  auto& entries = plugin.node.entries;
  const auto given = std::find_if(entries.begin(), entries.end(),
                                  [](const NodeEntry& entry) { return entry.key == "type"; });
  if (given == entries.end()) {
    if (type_optional && !kinds.empty()) {
      plugin.type = kinds.front().type;
      return &kinds.front();
    }
    problems.Add(plugin.mark, kMissingKey,
                 {{"key", "type"}, {"section", plugin.name}, {"help", "One of: " + Listed(known) + "."}});
    return nullptr;
  }
  FieldInfo field;
  field.name = "type";
  const Node type = given->value;
  const bool read = ReadValue(type, field, problems, plugin.type);
  entries.erase(given);
  if (!read) return nullptr;
  for (const PluginKind& kind : kinds) {
    if (kind.type == plugin.type) return &kind;
  }
  problems.Add(type.mark, kUnknownType,
               {{"section", plugin.name}, {"type", type.text}, {"known", Listed(known)}});
  return nullptr;
}

void ReadPlugin(PluginSection& plugin, const std::vector<PluginKind>& kinds, bool type_optional,
                Problems& problems) {
  if (plugin.node.kind != Node::Kind::kMap && plugin.node.kind != Node::Kind::kNothing) {
    problems.Add(plugin.node.mark, kNotAMap, {{"key", plugin.name}});
    return;
  }
  if (const PluginKind* kind = TakeKind(plugin, kinds, type_optional, problems)) {
    kind->section->Check(plugin.node, problems);
  }
}

// The text of a pattern, also where it is written as {name: pattern}.
std::string PatternText(const Node& item) {
  const Node* name = item.Find("name");
  return name != nullptr ? name->text : item.text;
}

// A source whose `tables` only take away would capture nothing without a word.
void CheckTables(const PluginSection& source, Problems& problems) {
  const Node* tables = source.node.Find("tables");
  if (tables == nullptr) return;
  std::vector<std::string> patterns;
  if (tables->kind == Node::Kind::kText) patterns.push_back(tables->text);
  for (const Node& item : tables->items) patterns.push_back(PatternText(item));
  if (TablePatterns(std::move(patterns)).SelectsNothing()) {
    problems.Add(tables->mark, kNoPatterns, {{"key", "tables"}});
  }
}

// `sources` or `sinks`: a map of named plug-ins. Nothing at all is a slip; an empty map `{}` says so on
// purpose and is allowed where `may_be_empty`.
std::vector<PluginSection> ReadPlugins(const Node& node, const std::string& key,
                                       const std::vector<PluginKind>& kinds, bool may_be_empty,
                                       Problems& problems) {
  std::vector<PluginSection> plugins;
  const bool empty_map = node.kind == Node::Kind::kMap && node.entries.empty();
  if (node.kind == Node::Kind::kNothing || (empty_map && !may_be_empty)) {
    problems.Add(node.mark, kNothingNamed, {{"section", key}});
    return plugins;
  }
  if (node.kind != Node::Kind::kMap) {
    problems.Add(node.mark, kNotAMap, {{"key", key}});
    return plugins;
  }
  for (const NodeEntry& entry : node.entries) {
    if (!IsName(entry.key)) problems.Add(entry.mark, kBadName, {{"name", entry.key}, {"section", key}});
    PluginSection plugin{entry.key, {}, entry.mark, entry.value, problems.shared_origin()};
    const size_t before = problems.size();
    ReadPlugin(plugin, kinds, false, problems);
    if (key == "sources" && problems.size() == before) CheckTables(plugin, problems);
    plugins.push_back(std::move(plugin));
  }
  return plugins;
}

std::string InFolder(const std::string& folder, const std::string& path) {
  return path.starts_with('/') || folder.empty() ? path : folder + "/" + path;
}

// A sink's `from` names topics: source.schema.table. One that can match nothing is a slip, most often the
// source's name left out, and would deliver nothing without a word.
void CheckTopic(const Node& pattern, const std::vector<std::string>& sources, Problems& problems) {
  std::string_view text = pattern.text;
  if (text.starts_with('!')) text.remove_prefix(1);
  const size_t dot = text.find('.');
  if (pattern.kind != Node::Kind::kText || dot == std::string_view::npos) return;  // reported by the section
  const std::string source(text.substr(0, dot));
  const bool any = source.find('*') != std::string::npos;
  if (!any && std::find(sources.begin(), sources.end(), source) == sources.end()) {
    problems.Add(pattern.mark, kNoSuchSource,
                 {{"key", "from"}, {"value", pattern.text}, {"source", source}, {"known", Listed(sources)}});
  } else if (text.substr(dot + 1).find_first_of(".*") == std::string_view::npos) {
    problems.Add(pattern.mark, kBadTopic, {{"key", "from"}, {"value", pattern.text}});
  }
}

void CheckTopics(const Config& config, Problems& problems) {
  std::vector<std::string> sources;
  for (const PluginSection& source : config.sources) sources.push_back(source.name);
  for (const PluginSection& sink : config.sinks) {
    const Node* from = sink.node.Find("from");
    if (from == nullptr) continue;
    if (from->kind == Node::Kind::kText) CheckTopic(*from, sources, problems);
    for (const Node& pattern : from->items) CheckTopic(pattern, sources, problems);
  }
}

Loaded ReadTree(const Node& root, Problems& problems, const Catalog& catalog) {
  Config config;
  General general = GeneralSection().Parse(root, problems);
  config.file = problems.origin().file;
  config.data_dir = root.Find("data_dir") != nullptr
                        ? general.data_dir.text
                        : InFolder(problems.origin().folder, general.data_dir.text);
  config.lang = general.lang;
  config.http = general.http;
  config.memory = general.memory;
  if (root.Find("sources") != nullptr) {
    config.sources = ReadPlugins(general.sources, "sources", catalog.sources, false, problems);
  }
  if (root.Find("sinks") != nullptr) {
    config.sinks = ReadPlugins(general.sinks, "sinks", catalog.sinks, true, problems);
  }
  CheckTopics(config, problems);
  config.hub = {"hub", {}, general.hub.mark, general.hub, problems.shared_origin()};
  ReadPlugin(config.hub, catalog.hubs, true, problems);
  if (!problems.empty()) return {std::nullopt, problems.Sorted()};
  return {std::move(config), {}};
}

Result<std::string> ReadBounded(base::io::FileSystem& files, const std::string& path) {
  ASSIGN_OR_RETURN(const std::unique_ptr<base::io::File> file, files.Open(path, base::io::OpenMode::kRead));
  ASSIGN_OR_RETURN(const uint64_t size, file->Size());
  if (size > kLargestFileBytes) {
    return Error(kFileTooLarge, {{"file", path}, {"limit", ShowValue(Bytes{kLargestFileBytes})}});
  }
  return base::io::ReadWholeFile(files, path);
}

}  // namespace

const Section<General>& GeneralSection() {
  using telemetry::Language;
  static const Section<General> section("the file", "The keys at the top of the file.", [](auto& top) {
    top.Field("data_dir", &General::data_dir,
              "Where the log, offsets and state are kept; relative to the file.");
    top.Field("lang", &General::lang, "The language of messages; without it LANG decides.")
        .Choices({{"en", Language::kEnglish}, {"ja", Language::kJapanese}});
    top.Field("http", &General::http, "Where /metrics and /healthz are served, or off.");
    top.Field(
           "memory", &General::memory,
           "The budget of everything that is on its way, a full one is back-pressure; DuckDB's own memory is "
           "set at its sink.")
        .Range(MB(64), {uint64_t{1} << 40});
    top.Field("sources", &General::sources, "The databases to capture, by name.").Required();
    top.Field("hub", &General::hub, "The log between sources and sinks.");
    top.Field("sinks", &General::sinks, "The destinations, by name; {} captures into the log only.")
        .Required();
  });
  return section;
}

Loaded LoadText(std::string_view text, std::shared_ptr<const Origin> origin, const Catalog& catalog) {
  Problems problems(std::move(origin));
  const std::optional<Node> root = ReadYaml(text, problems);
  if (!root) return {std::nullopt, problems.Sorted()};
  return ReadTree(*root, problems, catalog);
}

Loaded Load(base::io::FileSystem& files, const std::string& path, Environment environment,
            const Catalog& catalog) {
  if (!files.Exists(path)) return {std::nullopt, {Error(kNoFile, {{"file", path}})}};
  Result<std::string> text = ReadBounded(files, path);
  if (!text.ok()) return {std::nullopt, {text.error()}};
  auto origin = std::make_shared<Origin>();
  origin->file = path;
  origin->folder = std::filesystem::path(path).parent_path();
  origin->environment = std::move(environment);
  return LoadText(*text, std::move(origin), catalog);
}

}  // namespace renkei::config
