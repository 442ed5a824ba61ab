// Sink: a destination. It applies cycles, each in one transaction of the destination's own that also stores
// how far it is (invariant 1), so that a crash at any instant neither loses nor repeats a row.
//
// A sink reads each source's log with two cursors. `main` is where its live tables are. `copy`, behind or at
// main and there only while tables are being copied, is where those tables are. Per slice of a cycle the sink
//   - applies main's entries to live tables only, and copy's entries to copying tables only;
//   - on a CopyBegin in main that names it: makes the table's storage, invisible, state copying; if it has no
//   copy
//     cursor the copy cursor starts at that marker;
//   - on a ChunkMarker in copy: reads the chunk and upserts its rows;
//   - on a CopyEnd in copy: the table is complete;
//   - if the copy cursor ends the cycle equal to main's: every complete table becomes visible, in this same
//   commit,
//     and when no copying table is left the copy cursor goes;
//   - on a Gap: the table is stopped, its rows stay as they are.
// A table being copied is not visible to queries; replacing an older generation happens in the commit that
// shows the new one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/hub.h"
#include "core/table_reader.h"

namespace renkei::core {

struct SinkCapabilities {
  enum class AtomicScope : uint8_t { kAllTables, kTable, kRow };
  enum class RepeatSafety : uint8_t { kOffsetInTransaction, kSequenceNumber, kNone };
  AtomicScope atomic_scope = AtomicScope::kRow;
  RepeatSafety repeat_safety = RepeatSafety::kNone;
  bool partial_update = false;
  bool key_change = false;
  bool barrier = false;  // can stop exactly at an asked offset and hand out a reader there
};

// How far a sink is in one source's log; stored with the data.
struct SinkCursor {
  LogId log;
  Epoch epoch;
  Address main;
  std::optional<Address> copy;
  friend bool operator==(const SinkCursor&, const SinkCursor&) = default;
};

// Rows wanted: those whose cells in the columns equal one of the value rows, in canonical form
// (core/canonical.h).
struct RowFilter {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> values;
};

enum class SinkTableState : uint8_t { kCopying = 1, kLive = 2, kStopped = 3 };

struct SinkTable {
  std::string source;
  std::string table;        // "shop.orders" at the source
  std::string destination;  // as people query it
  TableId id;
  Generation generation;
  SinkTableState state = SinkTableState::kCopying;
  uint64_t rows_copied = 0;
};

// One source's share of a cycle. Of a change set only the transactions in [from.offset, to.offset) count;
// entries lie in [from, to) or reach over an end.
struct Slice {
  std::string source;
  LogId log;
  Epoch epoch;
  Address main_from;
  Address main_to;
  std::vector<Entry> main;
  std::optional<Address> copy_from;  // set if the sink has a copy cursor
  std::optional<Address> copy_to;
  std::vector<Entry> copy;
  LogReader* reads = nullptr;       // for parts and chunks
  const LogState* state = nullptr;  // schemas of the log
};

struct TableChanges {
  std::string source;
  std::string table;
  uint64_t changes = 0;      // rows of the log applied to a live table
  uint64_t rows_copied = 0;  // rows of chunks applied
  bool became_live = false;
};

struct CycleReport {
  std::vector<TableChanges> tables;
  uint64_t rows = 0;
  std::vector<Error> notices;   // for the journal; they stop nothing else
  bool copies_missing = false;  // a table's rows in the backfill log are gone: its copy must be ordered again
};

// One thread calls Open, Apply and Maintain; the rest may be called from any thread.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual SinkCapabilities capabilities() const = 0;
  // Connects, takes the destination for itself (a higher apply epoch fences an older writer) and reads its
  // cursors.
  virtual Status Open() = 0;
  virtual std::optional<SinkCursor> Cursor(const std::string& source) const = 0;
  virtual std::vector<SinkTable> Tables() const = 0;
  // Applies the slices in one commit. On an error nothing of the cycle is in the destination.
  virtual Result<CycleReport> Apply(const std::vector<Slice>& slices) = 0;
  // Between cycles: checkpoints and the like. True if something was done.
  virtual Result<bool> Maintain() = 0;
  // The rows of a live table as they are after the last commit; stays at that state while later cycles
  // commit.
  virtual Result<std::unique_ptr<TableReader>> OpenTableReader(const std::string& source,
                                                               const std::string& table) = 0;
  // The same, of at least the rows wanted; a sink that can not choose gives all.
  virtual Result<std::unique_ptr<TableReader>> OpenRows(const std::string& source, const std::string& table,
                                                        const RowFilter& /*wanted*/) {
    return OpenTableReader(source, table);
  }
};

}  // namespace renkei::core
