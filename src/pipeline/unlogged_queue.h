// UnloggedQueue: changes that captures told of and that nobody has mended yet (core::UnloggedChange).
// Bounded: of a table about which too much is told any row is meant. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/repair_order.h"

namespace renkei::pipeline {

class UnloggedQueue {
 public:
  static constexpr size_t kValuesMax = 10'000;

  void Push(const std::string& source, const core::UnloggedChange& change) {
    std::lock_guard lock(mutex_);
    std::vector<core::UnloggedChange>& changes = waiting_[{source, change.table}];
    last_[{source, change.table}] = change.number;
    size_t values = change.values.size();
    for (const core::UnloggedChange& each : changes) values += each.values.size();
    const bool same = !changes.empty() && changes.front().generation == change.generation;
    if (!same) changes.clear();
    changes.push_back(change);
    if (values <= kValuesMax && !change.all) return;
    core::UnloggedChange any = change;
    any.values.clear();
    any.all = true;
    changes = {std::move(any)};
  }

  struct OfTable {
    std::string source;
    std::vector<core::UnloggedChange> changes;  // in order, of one table and generation
  };
  std::vector<OfTable> TakeAll() {
    std::lock_guard lock(mutex_);
    std::vector<OfTable> taken;
    for (auto& [key, changes] : std::exchange(waiting_, {})) taken.push_back({key.first, std::move(changes)});
    return taken;
  }
  // The number of the last change told of the table; 0: none.
  uint64_t Last(const std::string& source, core::TableId table) const {
    std::lock_guard lock(mutex_);
    const auto found = last_.find({source, table});
    return found == last_.end() ? 0 : found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, core::TableId>, std::vector<core::UnloggedChange>> waiting_;
  std::map<std::pair<std::string, core::TableId>, uint64_t> last_;
};

}  // namespace renkei::pipeline
