// CopyPlanner: which tables must be copied for which sinks, because a sink neither has them nor will find
// their copy in the log. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/hub.h"
#include "core/sink.h"
#include "core/source.h"
#include "pipeline/routing.h"

namespace renkei::pipeline {

class CopyPlanner {
 public:
  // `sources` in the configuration's order.
  CopyPlanner(const Routing& routing, std::vector<std::string> sources)
      : routing_(routing), sources_(std::move(sources)) {}

  // The tables of a source as it has them now; the answer names those that are found to collide with another
  // source's in some sink (kTableCollision), of which only the first source's is delivered there.
  std::vector<Error> SetTables(const std::string& source, const std::vector<core::TableSchema>& tables);
  // The source has one more table.
  std::vector<Error> AddTable(const std::string& source, const core::TableSchema& table);
  // The source has it no more.
  void RemoveTable(const std::string& source, const std::string& table);
  // The source was asked for its tables, and told them or could not. Until then nothing is ordered of a
  // source after it in the configuration that goes to a same sink: the table may be the earlier one's. True
  // the first time.
  bool Settle(const std::string& source);
  // The sink is open and may be asked; nullptr: not any more. The sink outlives the planner.
  void SetSink(const std::string& name, const core::Sink* sink);

  // What to order from the source, sinks that need the same table together.
  std::vector<core::CopyOrder> Orders(const std::string& source, const core::LogState& state) const;
  // SetTables was called for the source.
  bool Knows(const std::string& source) const;
  bool Knows(const std::string& source, const std::string& table) const;
  // The routed tables of the source, as "schema.table", for the sink.
  std::vector<std::string> RoutedTables(const std::string& sink, const std::string& source) const;
  // No other source of the configuration delivers the table there.
  bool MayDeliver(const std::string& sink, const std::string& source, const std::string& table) const;
  // The sinks that are to have the table.
  std::vector<std::string> SinksOf(const std::string& source, const std::string& table) const {
    return routing_.SinksOf(source, table);
  }

 private:
  std::vector<Error> FindOwnersAnew();
  bool Decided(const std::string& sink, const std::string& source, const std::string& table) const;
  bool Delivered(const std::string& sink, const std::string& source, const std::string& table) const;

  const Routing& routing_;
  const std::vector<std::string> sources_;
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<std::string>> tables_;  // by source
  std::map<std::string, const core::Sink*> sinks_;
  std::set<std::string> settled_;
  Owners owners_;
};

}  // namespace renkei::pipeline
