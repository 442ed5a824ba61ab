#include "tests/doubles/memory_database.h"

#include <utility>

#include "base/check.h"

namespace renkei::doubles {

using core::Operation;

MemoryDatabase::MemoryDatabase(const std::vector<std::string>& tables) {
  for (const std::string& table : tables) tables_[table];
}

void MemoryDatabase::Commit(const std::vector<DatabaseChange>& changes) {
  {
    std::lock_guard lock(mutex_);
    for (const DatabaseChange& change : changes) {
      DatabaseRows& rows = tables_.at(change.table);
      if (change.operation != Operation::kInsert) CHECK_EQ(rows.erase(change.key_before), 1u);
      if (change.operation != Operation::kDelete) CHECK(rows.emplace(change.key, change.value).second);
    }
    log_.push_back(changes);
  }
  changed_.Notify();
}

DatabaseView MemoryDatabase::View() const {
  std::lock_guard lock(mutex_);
  return {tables_, log_.size()};
}

uint64_t MemoryDatabase::position() const {
  std::lock_guard lock(mutex_);
  return log_.size();
}

std::vector<std::vector<DatabaseChange>> MemoryDatabase::After(uint64_t position, size_t most) const {
  std::lock_guard lock(mutex_);
  std::vector<std::vector<DatabaseChange>> after;
  for (uint64_t i = position; i < log_.size() && after.size() < most; ++i) after.push_back(log_[i]);
  return after;
}

std::vector<std::string> MemoryDatabase::tables() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, rows] : tables_) names.push_back(name);
  return names;
}

void MemoryDatabase::CutConnections() {
  {
    std::lock_guard lock(mutex_);
    cut_ = true;
  }
  changed_.Notify();
}

bool MemoryDatabase::TakeCut() {
  std::lock_guard lock(mutex_);
  return std::exchange(cut_, false);
}

void MemoryDatabase::SetMeanwhile(std::function<void()> meanwhile) {
  std::lock_guard lock(mutex_);
  meanwhile_ = std::move(meanwhile);
}

void MemoryDatabase::Meanwhile() {
  std::unique_lock lock(mutex_);
  const std::function<void()> meanwhile = meanwhile_;
  lock.unlock();
  if (meanwhile) meanwhile();
}

}  // namespace renkei::doubles
