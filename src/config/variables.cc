#include "config/variables.h"

#include <cctype>

#include "config/codes.h"

namespace renkei::config {

namespace {

bool IsVariableName(std::string_view name) {
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front()))) return false;
  for (const char c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_') return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> FillVariables(
    std::string_view text, Mark mark, const std::string& key, Problems& problems,
    const std::function<std::optional<std::string>(std::string_view)>& literal) {
  std::string filled;
  bool well = true;
  const auto add_literal = [&](std::string_view stretch) {
    const std::optional<std::string> decoded = literal ? literal(stretch) : std::string(stretch);
    well &= decoded.has_value();
    if (decoded) filled += *decoded;
  };
  while (!text.empty()) {
    const size_t dollar = text.find("${");
    if (dollar == std::string_view::npos) {
      add_literal(text);
      break;
    }
    if (dollar > 0 && text[dollar - 1] == '$') {
      add_literal(text.substr(0, dollar - 1));
      filled += "${";
      text.remove_prefix(dollar + 2);
      continue;
    }
    add_literal(text.substr(0, dollar));
    const size_t end = text.find('}', dollar);
    const std::string name(text.substr(dollar + 2, end == std::string_view::npos ? end : end - dollar - 2));
    if (end == std::string_view::npos || !IsVariableName(name)) {
      problems.Add(mark, kVariableForm, {{"key", key}});
      return std::nullopt;
    }
    if (const std::optional<std::string> value = problems.origin().environment(name)) {
      filled += *value;
    } else {
      problems.Add(mark, kNoVariable, {{"key", key}, {"variable", name}});
      well = false;
    }
    text.remove_prefix(end + 1);
  }
  if (!well) return std::nullopt;
  return filled;
}

bool IsOneVariable(std::string_view text) {
  return text.starts_with("${") && text.ends_with('}') && IsVariableName(text.substr(2, text.size() - 3));
}

}  // namespace renkei::config
