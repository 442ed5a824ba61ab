// ChangeSet: what flows. Whole source transactions in commit order (or a part of one that is too big), their
// rows columnar per table. Immutable once built; threads share it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/buffer.h"
#include "base/clock.h"
#include "core/column.h"
#include "core/position.h"
#include "core/schema.h"

namespace renkei::core {

// Sets are cut at this size; a transaction above it goes in parts.
constexpr size_t kSetBytesMax = size_t{8} << 20;

// The numbers are part of the log's format.
enum class Operation : uint8_t { kInsert = 1, kUpdate = 2, kDelete = 3, kUpsert = 4, kRead = 5 };

// The rows of a set that share one table and schema.
//
// after   one column per column of the schema; cells of a deleted row are kAbsent
// before  the columns named by before_columns (the key's, or all): cells of rows without an image before, and
// key
//         cells of an update that kept its key, are kAbsent
//
// Rows keep the order in which the source made them; over the batches of a set, rows of one transaction are
// ordered by `ordinals`.
struct Batch {
  TableId table;
  SchemaId schema;
  Generation generation{1};
  uint32_t rows = 0;
  base::Buffer operations;    // Operation a row
  base::Buffer transactions;  // u32 a row: place in ChangeSet::transactions
  base::Buffer ordinals;      // u32 a row: place within its transaction
  std::vector<Column> after;
  std::vector<uint16_t> before_columns;
  std::vector<Column> before;

  Operation operation(uint32_t row) const { return static_cast<Operation>(operations.data()[row]); }
  size_t size_bytes() const;
};

// What the rows that were there before a column have in it, where that is not NULL. Only of bool (0, 1),
// integers, decimals, dates, timestamps (ISO, with a blank) and text.
struct ColumnFill {
  uint32_t column = 0;  // its id
  std::string value;    // as text
  friend bool operator==(const ColumnFill&, const ColumnFill&) = default;
};

// The schema in force from here on: the table's generation stays, so every value of a column whose id stays
// is what it was, be it in a wider type. A new generation begins with a SchemaFrame instead.
struct SchemaChange {
  TableSchema schema;
  std::string statement;     // what kind of statement it was; "" where unknown
  uint32_t transaction = 0;  // place in ChangeSet::transactions
  std::vector<ColumnFill> fills{};
};

struct Truncate {
  std::vector<TableId> tables;
  bool cascade = false;
  uint32_t transaction = 0;  // place in ChangeSet::transactions
};

// In the order the source made them; an item after a SchemaChange or Truncate happened after it.
using Item = std::variant<Batch, SchemaChange, Truncate>;

enum class TimeKind : uint8_t { kCommitMicros = 1, kWholeSecond = 2, kReceived = 3, kPoll = 4 };
// kPrepared: its rows, all in parts, count only if and when a later transaction ends it; it may also end as
// an abort.
enum class TransactionState : uint8_t { kWhole = 1, kPart = 2, kEnd = 3, kAbort = 4, kPrepared = 5 };

// Where a part of a big transaction stands in its log. Opaque to all but the hub that gave it.
struct PartPlace {
  uint64_t segment = 0;
  uint64_t byte = 0;
  uint64_t rows = 0;
  friend bool operator==(const PartPlace&, const PartPlace&) = default;
};

struct Transaction {
  std::string id;  // the source's name of it and its step of the position, e.g. "0-1-4711"
  base::WallTime commit_time;
  TimeKind time_kind = TimeKind::kReceived;
  TransactionState state = TransactionState::kWhole;
  uint32_t rows = 0;             // rows in this set's batches (kEnd: without the parts')
  std::vector<PartPlace> parts;  // kEnd, kPrepared: where the earlier rows stand, in order
  std::string memo;              // kPrepared: the source's own bytes, in the log's state until it ends
  std::string ends;              // kEnd, kAbort: id of the prepared transaction that ends here; "" if none
};

struct ChangeSet {
  std::string capture;   // who captured it: host, pid and start, for diagnosis
  uint64_t session = 0;  // differs for every start of a capture; names the parts of one attempt
  Lane lane;
  Position prev;      // invariant 1: appended only where the lane's head is this
  Position position;  // the head afterwards
  std::string note;   // the source's own bytes kept beside the head, outside the chain (file place, checksum)
  std::vector<Transaction> transactions;
  std::vector<Item> items;

  uint64_t rows() const;
  size_t size_bytes() const;
};

}  // namespace renkei::core
