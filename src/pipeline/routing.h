// Routing: which source table goes to which sink, by each sink's `from` patterns over topics
// ("source.schema.table"). A sink without patterns gets every table. Immutable; threads share it.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/patterns.h"

namespace renkei::pipeline {

struct Route {
  std::string sink;
  config::TablePatterns from;  // empty: everything
};

// A source and its tables, "schema.table" each.
struct SourceTables {
  std::string source;
  std::vector<std::string> tables;
};

class Routing {
 public:
  explicit Routing(std::vector<Route> routes) : routes_(std::move(routes)) {}

  const std::vector<Route>& routes() const { return routes_; }
  bool Routed(const std::string& sink, const std::string& source, const std::string& table) const;
  // The sinks that get the table, in the configuration's order.
  std::vector<std::string> SinksOf(const std::string& source, const std::string& table) const;

 private:
  std::vector<Route> routes_;
};

// Which source delivers each table of each sink: of two sources with the same table, the first of the
// configuration; the other's is told by a kTableCollision.
struct Owners {
  std::map<std::pair<std::string, std::string>, std::string> sources;  // (sink, table) -> source
  std::vector<Error> collisions;
};

// `sources` in the configuration's order.
Owners FindOwners(const Routing& routing, const std::vector<SourceTables>& sources);
// Patterns that can match nothing, because no source has the name they begin with: a kUnknownSource each.
std::vector<Error> PatternsWithoutSource(const Routing& routing, const std::vector<std::string>& sources);

}  // namespace renkei::pipeline
