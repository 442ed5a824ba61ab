// Repair orders: rows that a running capture is asked to read again at the source and to write into the log
// as they are there (CORE 6), on their way to it and back.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "core/log_entry.h"

namespace renkei::core {

struct RepairDone {
  Address behind;               // what the order brought stands before this place
  uint64_t rows_read = 0;       // found at the source
  uint64_t rows_gone = 0;       // keys that the source does not have
  uint64_t left_to_stream = 0;  // keys that the log touched since the read: it has them already, or newer
};

// Called once, from the capture's thread; must not block. Called with an error also when the capture ends.
using RepairAnswer = std::function<void(const Result<RepairDone>&)>;

struct RepairOrder {
  TableId table;
  Generation generation{1};
  // Of the table's columns, the key's hold the values; no key twice, at most kRepairKeysMax. The rows of
  // these keys are read again. Null: nothing is read.
  std::shared_ptr<const Batch> keys;
  // Appended once the keys' rows are in the log; one that says "not owed" is left out, and the answer is
  // good, if changes after `unlogged` were told of the table.
  std::optional<RepairMark> mark;
  uint64_t unlogged = 0;
  RepairAnswer answer;
};

constexpr uint32_t kRepairKeysMax = 10'000;
constexpr size_t kRepairKeysBytesMax = size_t{1} << 20;

// Thread-safe; the capture looks at least once a second. Who pushes bounds what he pushes.
class RepairOrders {
 public:
  void Push(RepairOrder order) {
    std::lock_guard lock(mutex_);
    orders_.push_back(std::move(order));
  }
  std::vector<RepairOrder> TakeAll() {
    std::lock_guard lock(mutex_);
    return std::exchange(orders_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<RepairOrder> orders_;
};

// Rows that the source changed without its log saying so, known by the values some columns had: children of a
// foreign key whose parents in the log were deleted or got other keys.
struct UnloggedChange {
  TableId table;  // the child
  Generation generation{1};
  uint64_t number = 1;  // rises, over captures too
  Address after;        // the parents' change stands before this place
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> values;  // canonical cells (core/canonical.h), one row a parent
  bool all = false;                              // the values were too many: any row may be meant
};

}  // namespace renkei::core
