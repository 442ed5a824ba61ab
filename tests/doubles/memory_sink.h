// A Sink in memory that does what core/sink.h says in the plainest way, and on demand does one thing wrong,
// so that the suite can be seen to notice.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/sink.h"

namespace renkei::doubles {

// What a mutant does wrong.
enum class SinkFault : uint8_t {
  kNone,
  kStoresOffsetFirst,  // the cursors are committed before the data
  kShowsEarly,         // a table appears at its copy's end, wherever main is
  kLeavesOldKey,       // an update that changes the key does not remove the row of the key before
  kAppliesWholeSets,   // of a set that reaches over the cycle's end all transactions are applied
  kSkipsParts,         // the rows that stand in parts are not applied
  kIgnoresTruncate,    // a truncated table keeps its rows
  kAppliesAgain,       // a cycle that does not continue the cursor is applied all the same
  kSkipsRepairs,       // a repair is read over
  kForgetsFills,       // an added column is NULL in the rows before, whatever the change says
  kRepairsLiveOnly,    // a version being copied does not get a repair
  kMergesEqualRows,    // of a table without a key equal rows stand once
  kDeletesAllCopies,   // one row that goes takes its equals along
};

struct MemoryCell {
  core::CellState state = core::CellState::kValue;
  std::string bytes;
};
using MemoryRow = std::vector<MemoryCell>;

// One version of a table.
struct MemoryTable {
  core::TableSchema schema;
  core::SnapshotId snapshot;
  core::Address begin;
  bool complete = false;
  bool stopped = false;
  uint64_t rows_copied = 0;
  std::map<std::string /*key's bytes*/, MemoryRow> rows;
  // Of a table without a key: how many copies of each row; below 0 while rows of its copy are still to come.
  std::map<std::string, int64_t> counts{};
};

struct MemoryTables {
  std::optional<MemoryTable> shown;   // what people query
  std::optional<MemoryTable> coming;  // being copied
};

// What is committed. Sinks that are opened one after the other share it.
struct MemoryDestination {
  using Id = std::pair<std::string /*source*/, core::TableId>;
  struct State {
    std::map<std::string, core::SinkCursor> cursors;
    std::map<Id, MemoryTables> tables;
  };
  mutable std::mutex mutex;
  State state;
  uint64_t apply_epoch = 0;
};

class MemorySink final : public core::Sink {
 public:
  // `name` as CopyBegin addresses it.
  MemorySink(std::string name, std::shared_ptr<MemoryDestination> destination,
             SinkFault fault = SinkFault::kNone);

  core::SinkCapabilities capabilities() const override;
  Status Open() override;
  std::optional<core::SinkCursor> Cursor(const std::string& source) const override;
  std::vector<core::SinkTable> Tables() const override;
  Result<core::CycleReport> Apply(const std::vector<core::Slice>& slices) override;
  Result<bool> Maintain() override { return false; }
  Result<std::unique_ptr<core::TableReader>> OpenTableReader(const std::string& source,
                                                             const std::string& table) override;

 private:
  const std::string name_;
  const std::shared_ptr<MemoryDestination> destination_;
  const SinkFault fault_;
  uint64_t apply_epoch_ = 0;
};

}  // namespace renkei::doubles
