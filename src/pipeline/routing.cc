#include "pipeline/routing.h"

#include <algorithm>

#include "pipeline/codes.h"

namespace renkei::pipeline {

bool Routing::Routed(const std::string& sink, const std::string& source, const std::string& table) const {
  for (const Route& route : routes_) {
    if (route.sink == sink) return route.from.empty() || route.from.Matches(source, table);
  }
  return false;
}

std::vector<std::string> Routing::SinksOf(const std::string& source, const std::string& table) const {
  std::vector<std::string> sinks;
  for (const Route& route : routes_) {
    if (route.from.empty() || route.from.Matches(source, table)) sinks.push_back(route.sink);
  }
  return sinks;
}

Owners FindOwners(const Routing& routing, const std::vector<SourceTables>& sources) {
  Owners owners;
  for (const Route& route : routing.routes()) {
    for (const SourceTables& source : sources) {
      for (const std::string& table : source.tables) {
        if (!routing.Routed(route.sink, source.source, table)) continue;
        const auto [owner, first] = owners.sources.emplace(std::pair(route.sink, table), source.source);
        if (first || owner->second == source.source) continue;
        owners.collisions.push_back(Error(
            kTableCollision,
            {{"sink", route.sink}, {"table", table}, {"first", owner->second}, {"second", source.source}}));
      }
    }
  }
  return owners;
}

std::vector<Error> PatternsWithoutSource(const Routing& routing, const std::vector<std::string>& sources) {
  std::string known;
  for (const std::string& source : sources) known += (known.empty() ? "" : ", ") + source;
  std::vector<Error> found;
  for (const Route& route : routing.routes()) {
    for (const std::string& pattern : route.from.patterns()) {
      const std::string first = pattern.substr(pattern.starts_with('!') ? 1 : 0,
                                               pattern.find('.') - (pattern.starts_with('!') ? 1 : 0));
      const bool any = first.find('*') != std::string::npos ||
                       std::find(sources.begin(), sources.end(), first) != sources.end();
      if (any) continue;
      found.push_back(Error(kUnknownSource, {{"sink", route.sink}, {"pattern", pattern}, {"known", known}}));
    }
  }
  return found;
}

}  // namespace renkei::pipeline
