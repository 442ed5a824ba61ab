#include "config/patterns.h"

#include <algorithm>

#include "config/codes.h"

namespace renkei::config {

namespace {

bool IsExclusion(std::string_view pattern) { return pattern.starts_with('!'); }

// Greedy with one step back to the last `*`: linear in practice, never exponential.
bool Like(std::string_view text, std::string_view pattern) {
  size_t at = 0;
  size_t in_pattern = 0;
  size_t star = std::string_view::npos;
  size_t star_at = 0;
  while (at < text.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      star_at = at;
    } else if (in_pattern < pattern.size() && pattern[in_pattern] == text[at]) {
      ++in_pattern;
      ++at;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      at = ++star_at;
    } else {
      return false;
    }
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '*') ++in_pattern;
  return in_pattern == pattern.size();
}

// The schema's pattern never reaches over the dot, so that "a*.b" does not take "a.x.b"'s table for a schema.
bool PatternMatches(std::string_view pattern, std::string_view schema, std::string_view table) {
  const size_t dot = pattern.find('.');
  return Like(schema, pattern.substr(0, dot)) && Like(table, pattern.substr(dot + 1));
}

}  // namespace

bool TablePatterns::Valid(std::string_view pattern) {
  if (IsExclusion(pattern)) pattern.remove_prefix(1);
  const size_t dot = pattern.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == pattern.size()) return false;
  return pattern.front() != ' ' && pattern.back() != ' ' && !IsExclusion(pattern);
}

bool TablePatterns::Matches(std::string_view schema_table) const {
  const size_t dot = schema_table.find('.');
  if (dot == std::string_view::npos) return false;
  return Matches(schema_table.substr(0, dot), schema_table.substr(dot + 1));
}

bool TablePatterns::Matches(std::string_view schema, std::string_view table) const {
  for (auto pattern = patterns_.rbegin(); pattern != patterns_.rend(); ++pattern) {
    const bool exclusion = IsExclusion(*pattern);
    if (PatternMatches(std::string_view(*pattern).substr(exclusion ? 1 : 0), schema, table))
      return !exclusion;
  }
  return false;
}

bool TablePatterns::SelectsNothing() const {
  return std::all_of(patterns_.begin(), patterns_.end(), IsExclusion);
}

std::vector<std::string> TablePatterns::NamedTables() const {
  std::vector<std::string> named;
  for (const std::string& pattern : patterns_) {
    if (!IsExclusion(pattern) && pattern.find('*') == std::string::npos && Matches(pattern))
      named.push_back(pattern);
  }
  return named;
}

bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, TablePatterns& into) {
  std::vector<std::string> patterns;
  if (node.kind == Node::Kind::kText) {
    patterns.emplace_back();
    if (!ReadValue(node, field, problems, patterns.back())) return false;
  } else if (!ReadValue(node, field, problems, patterns)) {
    return false;
  }
  bool well = true;
  for (size_t i = 0; i < patterns.size(); ++i) {
    const Mark mark = node.kind == Node::Kind::kList ? node.items[i].mark : node.mark;
    if (!TablePatterns::Valid(patterns[i])) {
      problems.Add(
          mark, kBadPattern,
          {{"key", field.name}, {"value", node.kind == Node::Kind::kList ? node.items[i].text : node.text}});
      well = false;
    }
  }
  if (!well) return false;
  into = TablePatterns(std::move(patterns));
  if (into.SelectsNothing()) problems.Add(node.mark, kNoPatterns, {{"key", field.name}});
  return !into.SelectsNothing();
}

std::string ShowValue(const TablePatterns& value) { return ShowValue(value.patterns()); }

}  // namespace renkei::config
