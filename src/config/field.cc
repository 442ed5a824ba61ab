#include "config/field.h"

#include <algorithm>
#include <numeric>

#include "config/codes.h"

namespace renkei::config {

namespace {

// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.
size_t TypingErrors(const std::string& from, const std::string& to) {
  std::vector<size_t> before_last(to.size() + 1);
  std::vector<size_t> last(to.size() + 1);
  std::vector<size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= from.size(); ++i) {
    std::swap(before_last, last);
    std::swap(last, row);
    row[0] = i;
    for (size_t j = 1; j <= to.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[to.size()];
}

constexpr size_t kLongestWord = 64;  // a longer one is no misspelt key

}  // namespace

std::string Nearest(const std::string& word, const std::vector<std::string>& candidates) {
  if (word.size() > kLongestWord) return {};
  std::string nearest;
  size_t fewest = std::max<size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const size_t errors = TypingErrors(word, candidate);
    if (errors >= fewest) continue;
    fewest = errors;
    nearest = candidate;
  }
  return nearest;
}

std::string Listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

std::string ReportUnknownKey(const NodeEntry& entry, const SectionInfo& section, Problems& problems) {
  std::vector<std::string> known;
  for (const FieldInfo* field : section.fields()) known.push_back(field->name);
  const std::string nearest = Nearest(entry.key, known);
  std::initializer_list<Field> fields = {
      {"key", entry.key}, {"section", section.name()}, {"known", Listed(known)}, {"suggestion", nearest}};
  problems.Add(entry.mark, nearest.empty() ? kUnknownKey : kUnknownKeyNear, fields);
  return nearest;
}

}  // namespace renkei::config
