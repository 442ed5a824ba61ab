// What stands on the other side of the ScriptedSource: a database of tables with an integer key and a text,
// and its log of committed transactions. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/notifier.h"
#include "core/change_set.h"
#include "core/schema.h"

namespace renkei::doubles {

struct DatabaseChange {
  std::string table;                                     // "a" is shop.a
  core::Operation operation = core::Operation::kInsert;  // insert, update or delete
  int64_t key = 0;
  std::string value;
  int64_t key_before = 0;
};
using DatabaseRows = std::map<int64_t, std::string>;
using DatabaseTables = std::map<std::string, DatabaseRows>;

// All rows at one instant; `position` transactions had been committed.
struct DatabaseView {
  DatabaseTables tables;
  uint64_t position = 0;
};

class MemoryDatabase {
 public:
  explicit MemoryDatabase(const std::vector<std::string>& tables);

  // One transaction; every change must be possible.
  void Commit(const std::vector<DatabaseChange>& changes);
  DatabaseView View() const;
  uint64_t position() const;
  // Transactions after the position, at most so many.
  std::vector<std::vector<DatabaseChange>> After(uint64_t position, size_t most) const;
  std::vector<std::string> tables() const;
  base::Notifier& changed() { return changed_; }

  // Ends what reads from the database, once.
  void CutConnections();
  bool TakeCut();

  // Is called by whoever reads a chunk, between its view and its watermark.
  void SetMeanwhile(std::function<void()> meanwhile);
  void Meanwhile();

 private:
  mutable std::mutex mutex_;
  DatabaseTables tables_;
  std::vector<std::vector<DatabaseChange>> log_;
  bool cut_ = false;
  std::function<void()> meanwhile_;
  base::Notifier changed_;
};

}  // namespace renkei::doubles
