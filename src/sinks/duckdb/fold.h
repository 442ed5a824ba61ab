// TableFold: the changes of one table, folded to what they come to for each key: rows of which key must go,
// and which row stands there afterwards. Changes count one after the other, so that delete + insert, key
// changes and a key that wanders over several rows come out right.
//
// Of a table without a key (KeyKind::kWholeRow) they come to counts: how many copies of each distinct row,
// its cells compared by their bits, are there more or fewer.
//
// It keeps places in the batches, not copies; `owner` keeps a batch alive. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/change_set.h"
#include "sinks/duckdb/key_map.h"

namespace renkei::sinks::duckdb {

enum class Image : uint8_t { kAfter, kBefore };

// A row's place in one of the fold's batches.
struct RowPlace {
  uint32_t batch = 0;
  uint32_t row = 0;
  Image image = Image::kAfter;
};

// The transactions of a set that count, by their places in it: [first, end).
struct TransactionRange {
  uint32_t first = 0;
  uint32_t end = 0;
  bool Has(uint32_t transaction) const { return first <= transaction && transaction < end; }
};

// So many copies of a row more, or fewer.
struct RowCount {
  RowPlace place;
  int64_t count = 0;
};

class TableFold {
 public:
  // `insert_means_absent`: the key of an insert was not in the table, so nothing needs to be removed for it.
  TableFold(const core::TableSchema& schema, bool insert_means_absent)
      : key_(schema.key),
        whole_row_(schema.key_kind == core::KeyKind::kWholeRow),
        insert_means_absent_(insert_means_absent) {}

  // Folds in the batch's rows of these transactions. kNoKeyBefore if a row lacks the key's image it needs,
  // kNoCount for an upsert of a table without a key.
  Status Add(const core::Batch& batch, std::shared_ptr<const void> owner, TransactionRange range);
  // Everything before is gone, what was there before the fold included.
  void Truncate();
  void Clear();

  bool empty() const { return nets_.empty() && !truncated_; }
  uint64_t changes() const { return changes_; }
  bool truncated() const { return truncated_; }
  // One place a key whose rows must go; its cells are to be read from the place's image.
  std::vector<RowPlace> Removals() const;
  // The rows that stand afterwards; of a table without a key those that come, each as often as it does.
  std::vector<RowPlace> Rows() const;
  // Of a table without a key; none is 0.
  std::vector<RowCount> Counts() const;
  const core::Batch& batch(uint32_t place) const { return *batches_[place].batch; }
  // Where a column stands in the batch's images before.
  size_t BeforePlace(uint32_t batch, size_t column) const;

 private:
  // What the changes of one key come to.
  struct Net {
    RowPlace key;         // an image that holds the key
    bool remove = false;  // rows of the key that were there before must go
    bool stands = false;  // `row` stands there afterwards
    RowPlace row;
    int64_t count = 0;  // without a key: copies of it more, or fewer
  };
  struct Held {
    const core::Batch* batch = nullptr;
    std::shared_ptr<const void> owner;
  };
  struct KeyColumns;

  Net& Touch(const KeyColumns& columns, RowPlace place, bool known_absent);
  Status Count(const KeyColumns& before, const KeyColumns& after, RowPlace row, core::Operation operation);

  std::vector<uint16_t> key_;
  bool whole_row_ = false;
  bool insert_means_absent_ = false;
  std::vector<Held> batches_;
  KeyMap keys_;
  std::vector<Net> nets_;
  std::string scratch_;
  bool truncated_ = false;
  uint64_t changes_ = 0;
};

}  // namespace renkei::sinks::duckdb
