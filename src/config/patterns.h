// Which tables are meant: "shop.*", "!shop.tmp_*", "core.orders". A pattern is schema.table with `*` for any
// run of characters; `!` in front takes away; the last pattern that matches decides, and a table that none
// matches is out. Names compare byte for byte.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/values.h"

namespace renkei::config {

class TablePatterns {
 public:
  TablePatterns() = default;
  // The patterns must be well formed (see Valid).
  explicit TablePatterns(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {}

  // One dot between schema and table, neither empty, no spaces.
  static bool Valid(std::string_view pattern);

  bool Matches(std::string_view schema_table) const;
  bool Matches(std::string_view schema, std::string_view table) const;
  // Whether no pattern takes anything in.
  bool SelectsNothing() const;
  bool empty() const { return patterns_.empty(); }
  const std::vector<std::string>& patterns() const { return patterns_; }
  // The patterns without `*` and `!`: tables the user named and that must therefore exist.
  std::vector<std::string> NamedTables() const;

 private:
  std::vector<std::string> patterns_;
};

// A pattern or a list of them. Errors: kBadPattern, kNoPatterns.
bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, TablePatterns& into);
std::string ShowValue(const TablePatterns& value);

}  // namespace renkei::config
