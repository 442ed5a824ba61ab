#include "config/url.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/percent.h"
#include "config/codes.h"
#include "config/variables.h"

namespace renkei::config {

namespace {

// The url's stretches as the file has them.
struct Raw {
  std::string_view scheme, user, password, host, port, path, query;
};

// Splits one reading of a url; every failure is reported once.
class UrlReading {
 public:
  UrlReading(const Node& node, const FieldInfo& field, Problems& problems, bool filled)
      : node_(node), field_(field), problems_(problems), filled_(filled) {}

  bool Read(std::string_view text, Url& into) {
    Raw raw;
    if (!Split(text, raw)) return false;
    Url url;
    url.scheme = raw.scheme;
    std::string password;
    std::string port;
    if (!Part(raw.user, url.user) || !Part(raw.password, password) || !Part(raw.host, url.host) ||
        !Part(raw.port, port) || !Part(raw.path, url.path) || !ReadQuery(raw.query, url) ||
        !ReadPort(port, url)) {
      return false;
    }
    url.password = Secret(std::move(password));
    if (url.host.empty() && url.Query("socket").empty()) return Report(kUrlNoHost);
    into = std::move(url);
    return true;
  }

 private:
  bool Report(Code code) {
    problems_.Add(node_.mark, code, {{"key", field_.name}});
    return false;
  }

  bool Split(std::string_view text, Raw& raw) {
    for (const char c : text) {
      if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) return Report(kUrlCharacter);
    }
    const size_t scheme_end = text.find("://");
    if (scheme_end == std::string_view::npos || scheme_end == 0) return Report(kUrlNoScheme);
    raw.scheme = text.substr(0, scheme_end);
    if (raw.scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+.-") != std::string_view::npos) {
      return Report(kUrlNoScheme);
    }
    text.remove_prefix(scheme_end + 3);
    const size_t authority_end = text.find_first_of("/?");
    const std::string_view authority = text.substr(0, authority_end);
    if (authority_end != std::string_view::npos) {
      const std::string_view rest = text.substr(authority_end);
      const size_t question = rest.find('?');
      if (rest.front() == '/')
        raw.path = rest.substr(1, question == std::string_view::npos ? question : question - 1);
      if (question != std::string_view::npos) raw.query = rest.substr(question + 1);
    }
    return SplitAuthority(authority, raw);
  }

  bool SplitAuthority(std::string_view authority, Raw& raw) {
    if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
      const std::string_view login = authority.substr(0, at);
      const size_t colon = login.find(':');
      raw.user = login.substr(0, colon);
      if (colon != std::string_view::npos) raw.password = login.substr(colon + 1);
      authority.remove_prefix(at + 1);
    }
    // Several hosts are the plug-in's to tell apart.
    if (authority.find(',') != std::string_view::npos) {
      raw.host = authority;
      return true;
    }
    if (authority.starts_with('[')) {
      const size_t close = authority.find(']');
      if (close == std::string_view::npos) return Report(kUrlBracket);
      raw.host = authority.substr(1, close - 1);
      authority.remove_prefix(close + 1);
      if (!authority.empty() && authority.front() != ':') return Report(kUrlBracket);
      if (!authority.empty()) raw.port = authority.substr(1);
      return authority.size() == 1 ? Report(kUrlPort) : true;
    }
    const size_t colon = authority.find(':');
    raw.host = authority.substr(0, colon);
    if (colon == std::string_view::npos) return true;
    raw.port = authority.substr(colon + 1);
    return raw.port.empty() ? Report(kUrlPort) : true;
  }

  // One stretch, filled in and decoded.
  bool Part(std::string_view raw, std::string& into) {
    bool escapes_well = true;
    const auto decode = [&](std::string_view literal) {
      std::optional<std::string> decoded = base::PercentDecode(literal);
      escapes_well &= decoded.has_value();
      return decoded;
    };
    std::optional<std::string> part =
        filled_ ? decode(raw) : FillVariables(raw, node_.mark, field_.name, problems_, decode);
    if (!escapes_well) return Report(kUrlEscape);
    if (!part) return false;
    into = std::move(*part);
    return true;
  }

  bool ReadPort(const std::string& port, Url& url) {
    if (port.empty()) return true;
    const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (failed != std::errc() || end != port.data() + port.size() || url.port == 0) return Report(kUrlPort);
    return true;
  }

  bool ReadQuery(std::string_view raw, Url& url) {
    while (!raw.empty()) {
      const size_t end = raw.find('&');
      const std::string_view pair = raw.substr(0, end);
      const size_t equals = pair.find('=');
      auto& [name, value] = url.query.emplace_back();
      if (!Part(pair.substr(0, equals), name)) return false;
      if (equals != std::string_view::npos && !Part(pair.substr(equals + 1), value)) return false;
      raw.remove_prefix(end == std::string_view::npos ? raw.size() : end + 1);
    }
    return true;
  }

  const Node& node_;
  const FieldInfo& field_;
  Problems& problems_;
  const bool filled_;
};

}  // namespace

std::string_view Url::Query(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

std::string Url::Show() const {
  std::string text = scheme + "://";
  if (!user.empty()) text += user + "@";
  text +=
      host.find(':') == std::string::npos || host.find(',') != std::string::npos ? host : "[" + host + "]";
  if (port != 0) text += fmt::format(":{}", port);
  if (!path.empty()) text += "/" + path;
  return text;
}

bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, Url& into) {
  if (node.kind != Node::Kind::kText || IsOneVariable(node.text)) {
    const std::optional<std::string> filled = Fill(node, field, problems);
    return filled && UrlReading(node, field, problems, true).Read(*filled, into);
  }
  return UrlReading(node, field, problems, false).Read(node.text, into);
}

std::string ShowValue(const Url& value) { return value.scheme.empty() ? std::string() : value.Show(); }

}  // namespace renkei::config
