#include "config/values.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "config/codes.h"
#include "config/quantity.h"
#include "config/variables.h"

namespace renkei::config {

namespace {

bool Wrong(const Node& node, const FieldInfo& field, Problems& problems, Code code) {
  problems.Add(node.mark, code, {{"key", field.name}, {"value", node.text}});
  return false;
}

// Reads a filled-in text by `parse`; the report shows the file's own text, never the variable's value.
template <class T, class ParseText>
bool ReadParsed(const Node& node, const FieldInfo& field, Problems& problems, Code code, ParseText parse,
                T& into) {
  const std::optional<std::string> text = Fill(node, field, problems);
  if (!text) return false;
  const std::optional<T> value = parse(*text);
  if (!value) return Wrong(node, field, problems, code);
  into = *value;
  return true;
}

std::optional<bool> ParseBool(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<int64_t> ParseInteger(std::string_view text) {
  int64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Address> ParseAddress(std::string_view text) {
  if (text == "off") return Address{};
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host.empty() || (!bracketed && host.find(':') != std::string_view::npos)) return std::nullopt;
  const std::optional<int64_t> port = ParseInteger(text.substr(colon + 1));
  if (!port || *port < 1 || *port > 65535) return std::nullopt;
  return Address{std::string(host), static_cast<uint16_t>(*port)};
}

}  // namespace

std::optional<std::string> Fill(const Node& node, const FieldInfo& field, Problems& problems) {
  if (node.kind != Node::Kind::kText) {
    problems.Add(node.mark, node.kind == Node::Kind::kNothing ? kNoValue : kNotText, {{"key", field.name}});
    return std::nullopt;
  }
  return FillVariables(node.text, node.mark, field.name, problems);
}

bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, std::string& into) {
  std::optional<std::string> text = Fill(node, field, problems);
  if (!text) return false;
  into = std::move(*text);
  return true;
}

bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, Secret& into) {
  std::string text;
  if (!ReadValue(node, field, problems, text)) return false;
  into = Secret(std::move(text));
  return true;
}

bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, bool& into) {
  return ReadParsed(node, field, problems, kNotBool, ParseBool, into);
}

bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, int64_t& into) {
  return ReadParsed(node, field, problems, kNotInteger, ParseInteger, into);
}

bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, Bytes& into) {
  return ReadParsed(node, field, problems, kNotBytes, ParseBytes, into);
}

bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, Duration& into) {
  return ReadParsed(node, field, problems, kNotDuration, ParseDuration, into);
}

bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, Percent& into) {
  return ReadParsed(node, field, problems, kNotPercent, ParsePercent, into);
}

bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, Address& into) {
  return ReadParsed(node, field, problems, kNotAnAddress, ParseAddress, into);
}

bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, Path& into) {
  std::string text;
  if (!ReadValue(node, field, problems, text)) return false;
  if (text.empty()) {
    problems.Add(node.mark, kNoValue, {{"key", field.name}});
    return false;
  }
  const std::string& folder = problems.origin().folder;
  into.text = text.starts_with('/') || folder.empty() ? text : folder + "/" + text;
  return true;
}

bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, std::vector<std::string>& into) {
  if (node.kind != Node::Kind::kList) {
    problems.Add(node.mark, kNotAList, {{"key", field.name}});
    return false;
  }
  bool well = true;
  std::vector<std::string> texts;
  for (const Node& item : node.items) well &= ReadValue(item, field, problems, texts.emplace_back());
  if (well) into = std::move(texts);
  return well;
}

bool ReadValue(const Node& node, const FieldInfo&, Problems&, Node& into) {
  into = node;
  return true;
}

std::string ShowValue(const Node&) { return {}; }
std::string ShowValue(const std::string& value) { return value; }
std::string ShowValue(const Secret&) { return {}; }
std::string ShowValue(bool value) { return value ? "true" : "false"; }
std::string ShowValue(int64_t value) { return std::to_string(value); }
std::string ShowValue(Bytes value) { return ShowBytes(value); }
std::string ShowValue(Duration value) { return ShowDuration(value); }
std::string ShowValue(Percent value) { return fmt::format("{:g}%", value.percent); }
std::string ShowValue(const Path& value) { return value.text; }

std::string ShowValue(const Address& value) {
  if (value.off()) return "off";
  const std::string host = value.host.find(':') == std::string::npos ? value.host : "[" + value.host + "]";
  return fmt::format("{}:{}", host, value.port);
}

std::string ShowValue(const std::vector<std::string>& value) {
  return value.empty() ? std::string() : fmt::format("[{}]", Listed(value));
}

}  // namespace renkei::config
