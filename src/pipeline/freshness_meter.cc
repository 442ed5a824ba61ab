#include "pipeline/freshness_meter.h"

#include <cstdlib>
#include <map>
#include <optional>

namespace renkei::pipeline {

namespace {

constexpr int64_t kTogether_us = 1000;

class SliceMeter {
 public:
  SliceMeter(const std::string& sink, const core::Slice& slice, const std::vector<core::SinkTable>& before,
             base::WallTime visible, StatusBoard& board)
      : sink_(sink), slice_(slice), visible_(visible), board_(board) {
    for (const core::SinkTable& table : before) {
      if (table.source == slice.source && table.state == core::SinkTableState::kLive)
        live_.emplace(table.id, &table);
    }
  }

  void Measure() {
    for (const core::Entry& entry : slice_.main) {
      if (const auto* set = std::get_if<core::Changes>(&entry.body)) CountSet(entry, **set);
    }
  }

  // Rows of parts are not in the sets; what the report has beyond them came with the big transaction.
  void CountParts(const core::CycleReport& report) {
    if (!big_commit_) return;
    for (const core::TableChanges& changes : report.tables) {
      if (changes.source != slice_.source) continue;
      const uint64_t seen = counted_[changes.table];
      if (changes.changes > seen) Count(changes.table, *big_commit_, changes.changes - seen);
    }
  }

  // What was counted and not yet told to the board.
  void Tell() {
    if (untold_rows_ == 0) return;
    board_.Visible(sink_, slice_.source, untold_table_,
                   std::chrono::microseconds(visible_.value - untold_commit_.value), untold_rows_);
    untold_rows_ = 0;
  }

 private:
  void CountSet(const core::Entry& entry, const core::ChangeSet& set) {
    for (size_t i = 0; i < set.transactions.size(); ++i) {
      if (InSlice(entry, i) && set.transactions[i].state == core::TransactionState::kEnd)
        big_commit_ = set.transactions[i].commit_time;
    }
    for (const core::Item& item : set.items) {
      if (const auto* batch = std::get_if<core::Batch>(&item)) CountBatch(entry, set, *batch);
    }
  }

  void CountBatch(const core::Entry& entry, const core::ChangeSet& set, const core::Batch& batch) {
    const auto table = live_.find(batch.table);
    if (table == live_.end()) return;
    const auto transactions = batch.transactions.as<uint32_t>();
    for (size_t row = 0; row < transactions.size();) {
      const uint32_t transaction = transactions[row];
      size_t end = row + 1;
      while (end < transactions.size() && transactions[end] == transaction) ++end;
      if (InSlice(entry, transaction))
        Count(table->second->table, set.transactions[transaction].commit_time, end - row);
      row = end;
    }
  }

  bool InSlice(const core::Entry& entry, size_t transaction) const {
    const uint64_t offset = entry.address.offset.value + transaction;
    return offset >= slice_.main_from.offset.value && offset < slice_.main_to.offset.value;
  }

  // Neighbours of the same millisecond are told together: there are many small transactions.
  void Count(const std::string& table, base::WallTime commit, uint64_t rows) {
    counted_[table] += rows;
    const bool beside = untold_rows_ > 0 && untold_table_ == table &&
                        std::abs(commit.value - untold_commit_.value) < kTogether_us;
    if (!beside) {
      Tell();
      untold_table_ = table;
      untold_commit_ = commit;
    }
    untold_rows_ += rows;
  }

  const std::string& sink_;
  const core::Slice& slice_;
  const base::WallTime visible_;
  StatusBoard& board_;
  std::map<core::TableId, const core::SinkTable*> live_;
  std::map<std::string, uint64_t> counted_;
  std::optional<base::WallTime> big_commit_;
  std::string untold_table_;
  base::WallTime untold_commit_;
  uint64_t untold_rows_ = 0;
};

}  // namespace

void MeasureFreshness(const std::string& sink, const std::vector<core::Slice>& slices,
                      const std::vector<core::SinkTable>& before, const core::CycleReport& report,
                      base::WallTime visible, StatusBoard& board) {
  for (const core::Slice& slice : slices) {
    SliceMeter meter(sink, slice, before, visible, board);
    meter.Measure();
    meter.CountParts(report);
    meter.Tell();
  }
}

}  // namespace renkei::pipeline
