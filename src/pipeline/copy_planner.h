// CopyPlanner: which tables must be copied for which sinks, because a sink neither has them nor will find
// their copy in the log. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "core/hub.h"
#include "core/sink.h"
#include "core/source.h"
#include "pipeline/routing.h"

namespace renkei::pipeline {

class CopyPlanner {
 public:
  explicit CopyPlanner(const Routing& routing) : routing_(routing) {}

  // The tables of a source as it has them now; the answer names those that collide with another source's in
  // some sink (kTableCollision) and are not delivered there.
  std::vector<Error> SetTables(const std::string& source, const std::vector<core::TableSchema>& tables);
  // The sink is open and may be asked; nullptr: not any more. The sink outlives the planner.
  void SetSink(const std::string& name, const core::Sink* sink);

  // What to order from the source, sinks that need the same table together.
  std::vector<core::CopyOrder> Orders(const std::string& source, const core::LogState& state) const;
  // SetTables was called for the source.
  bool Knows(const std::string& source) const;
  // The routed tables of the source, as "schema.table", for the sink.
  std::vector<std::string> RoutedTables(const std::string& sink, const std::string& source) const;
  // The sinks that are to have the table.
  std::vector<std::string> SinksOf(const std::string& source, const std::string& table) const {
    return routing_.SinksOf(source, table);
  }

 private:
  bool Delivered(const std::string& sink, const std::string& source, const std::string& table) const;

  const Routing& routing_;
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<std::string>> tables_;  // by source
  std::map<std::string, const core::Sink*> sinks_;
  std::map<std::pair<std::string, std::string>, std::string> owners_;  // (sink, table) -> source
};

}  // namespace renkei::pipeline
