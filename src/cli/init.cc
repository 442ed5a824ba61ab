#include "cli/init.h"

#include <fmt/format.h>

#include <cctype>
#include <filesystem>

#include "cli/codes.h"
#include "cli/init_text.h"
#include "config/codes.h"
#include "config/url.h"

namespace renkei::cli {

namespace {

// A name for the source: the database's, with what a name may not hold as _.
std::string SourceName(const config::Url& url) {
  std::string name;
  for (const char c : url.path.substr(0, 64)) {
    const auto byte = static_cast<unsigned char>(c);
    name += byte < 0x80 && (std::isalnum(byte) || c == '_' || c == '-') ? c : '_';
  }
  return name.empty() ? "db" : name;
}

// shop-1 -> SHOP_1_PASSWORD; a name that begins with a digit gets a _ in front.
std::string PasswordVariable(const std::string& name) {
  std::string variable = std::isdigit(static_cast<unsigned char>(name.front())) ? "_" : "";
  for (const char c : name) {
    variable += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return variable + "_PASSWORD";
}

// Percent-encodes what would end or change the part of a URL; `$` too, so that no text becomes a variable.
std::string Encoded(std::string_view part) {
  std::string text;
  for (const char c : part) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x80 || std::isalnum(byte) || c == '-' || c == '_' || c == '.' || c == '~';
    text += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return text;
}

// The URL as the file shall have it, the password as a variable.
std::string WrittenUrl(const config::Url& url, const std::string& variable) {
  std::string text = url.scheme + "://";
  if (!url.user.empty()) text += Encoded(url.user) + ":${" + variable + "}@";
  text += url.host.find(':') == std::string::npos ? Encoded(url.host) : "[" + url.host + "]";
  if (url.port != 0) text += fmt::format(":{}", url.port);
  text += "/" + Encoded(url.path);
  for (size_t i = 0; i < url.query.size(); ++i) {
    text +=
        fmt::format("{}{}={}", i == 0 ? "?" : "&", Encoded(url.query[i].first), Encoded(url.query[i].second));
  }
  return text;
}

// The source type whose `url` takes the scheme.
struct Kind {
  std::string type;
  std::string schemes;  // of all types
};
Kind FindKind(const config::Catalog& catalog, const std::string& scheme) {
  Kind found;
  for (const config::PluginKind& kind : catalog.sources) {
    for (const config::FieldInfo* field : kind.section->fields()) {
      if (field->name != "url") continue;
      const std::string listed = ", " + field->limits + ",";
      if (found.type.empty() && listed.find(", " + scheme + ",") != std::string::npos) found.type = kind.type;
      if (found.schemes.find(field->limits) == std::string::npos) {
        found.schemes += (found.schemes.empty() ? "" : ", ") + field->limits;
      }
    }
  }
  return found;
}

Result<config::Url> ReadUrl(const Invocation& invocation, const std::string& text) {
  auto origin = std::make_shared<config::Origin>();
  origin->file = "URL";
  origin->environment = invocation.environment;
  config::Problems problems(origin);
  config::Node node;
  node.kind = config::Node::Kind::kText;
  node.mark = {1, 1};
  node.text = text;
  config::FieldInfo field;
  field.name = "URL";
  config::Url url;
  if (!config::ReadValue(node, field, problems, url)) return problems.Sorted().front();
  return url;
}

Status WriteNew(Invocation& invocation, const std::string& content) {
  using base::io::File;
  const std::string& path = invocation.config_path;
  const std::string folder = std::filesystem::path(path).parent_path();
  if (invocation.files.Exists(path)) return Error(kFileExists, {{"file", path}});
  ASSIGN_OR_RETURN(const std::unique_ptr<File> file,
                   invocation.files.Open(path, base::io::OpenMode::kCreateNew));
  RETURN_IF_ERROR(file->WriteAt(0, std::as_bytes(std::span(content))));
  RETURN_IF_ERROR(file->Sync());
  return invocation.files.SyncFolder(folder.empty() ? "." : folder);
}

}  // namespace

int Init(Invocation& invocation, const InitOptions& options) {
  Result<config::Url> url = ReadUrl(invocation, options.url);
  if (!url.ok()) return Fail(invocation, url.error());
  const Kind kind = FindKind(invocation.catalog, url->scheme);
  if (kind.type.empty()) return Fail(invocation, Error(kInitUrl, {{"schemes", kind.schemes}}));
  InitFacts facts;
  facts.file = invocation.config_path;
  facts.name = SourceName(*url);
  facts.type = kind.type;
  facts.variable = PasswordVariable(facts.name);
  facts.url = WrittenUrl(*url, facts.variable);
  facts.pattern = url->path.empty() ? "*.*" : url->path + ".*";
  facts.needs_password = !url->user.empty();
  facts.password_given = !url->password.empty();
  if (const Status written = WriteNew(invocation, InitFile(facts, invocation.language)); !written.ok()) {
    return Fail(invocation, written.error());
  }
  invocation.out(InitAdvice(facts, invocation.language));
  return 0;
}

}  // namespace renkei::cli
