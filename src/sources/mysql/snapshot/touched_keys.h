// TouchedKeys: which keys of the tables being copied the log has touched, and where. A chunk was read at a
// place of the binary log; its rows whose keys the log touched after that place are left out, for the log has
// newer ones (CORE 4). Bounded: past the bound a table counts as touched whole at a place, and chunks read
// before it are read again.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/change_set.h"
#include "sources/mysql/binlog/binlog_place.h"

namespace renkei::sources::mysql::snapshot {

using KeySet = std::unordered_set<std::string>;

// The key of a row as bytes; equal for equal cells, whether they came from a chunk or from the log.
std::string KeyOf(const std::vector<const core::Column*>& key, uint32_t row);

// One thread: the capture's.
class TouchedKeys {
 public:
  explicit TouchedKeys(size_t bytes_max) : bytes_max_(bytes_max) {}

  // Records the table's keys from now on. Of a transaction whose parts were not recorded all may be touched.
  // Of a table without a key only that it was emptied counts: its copy is of an exact place.
  void Watch(const core::TableSchema& schema);
  bool IsWatched(core::TableId table) const { return tables_.contains(table); }
  void Unwatch(core::TableId table);

  // The rows of a set about to be appended; `places`: where each of its transactions ends.
  void Record(const core::ChangeSet& set, std::span<const binlog::BinlogPlace> places);
  // Rows of a transaction that has no end yet, and its end.
  void RecordPart(const core::ChangeSet& part);
  void EndParts(binlog::BinlogPlace place);
  void DropParts();
  // The transaction is prepared: its end comes later, and may be a rollback.
  void HoldParts(const std::string& transaction);
  // Its end, for one of its tables: all of the table counts as touched where its keys are not held.
  void EndHeld(const std::string& transaction, core::TableId table, binlog::BinlogPlace place);
  void DropHeld(const std::string& transaction);
  // A truncate.
  void RecordWhole(core::TableId table, binlog::BinlogPlace place);

  // Whether the table was touched whole after the place.
  bool IsWholeAfter(core::TableId table, binlog::BinlogPlace place) const;
  KeySet KeysAfter(core::TableId table, binlog::BinlogPlace place) const;
  // No chunk of the table that is still to come was read before the place.
  void ForgetUpTo(core::TableId table, binlog::BinlogPlace place);

  size_t bytes() const { return bytes_; }

 private:
  struct Touch {
    binlog::BinlogPlace place;
    std::string key;
  };
  struct Table {
    std::vector<uint16_t> key;      // places of the key's columns; none: the table has no key
    std::deque<Touch> touches;      // by place
    std::vector<std::string> open;  // keys of parts
    bool open_whole = false;
    std::map<std::string, std::vector<std::string>> held;  // keys of prepared transactions
    binlog::BinlogPlace whole_at;
  };

  using Add = void (TouchedKeys::*)(Table&, std::string key, binlog::BinlogPlace place);
  void RecordBatch(Table& table, const core::Batch& batch, std::span<const binlog::BinlogPlace> places,
                   Add add);
  void AddTouch(Table& table, std::string key, binlog::BinlogPlace place);
  void AddOpen(Table& table, std::string key, binlog::BinlogPlace place);
  void ForgetKeys(Table& table);
  void ForgetOpen(Table& table);
  void ForgetHeld(Table& table, const std::string& transaction);

  const size_t bytes_max_;
  size_t bytes_ = 0;
  bool parts_open_ = false;
  std::map<core::TableId, Table> tables_;
};

// What the stream tells both who copy and who repair.
class TouchRecorders {
 public:
  TouchRecorders(TouchedKeys& one, TouchedKeys& other) : one_(one), other_(other) {}

  void Record(const core::ChangeSet& set, std::span<const binlog::BinlogPlace> places) {
    one_.Record(set, places);
    other_.Record(set, places);
  }
  void RecordPart(const core::ChangeSet& part) {
    one_.RecordPart(part);
    other_.RecordPart(part);
  }
  void EndParts(binlog::BinlogPlace place) {
    one_.EndParts(place);
    other_.EndParts(place);
  }
  void DropParts() {
    one_.DropParts();
    other_.DropParts();
  }
  void RecordWhole(core::TableId table, binlog::BinlogPlace place) {
    one_.RecordWhole(table, place);
    other_.RecordWhole(table, place);
  }
  void HoldParts(const std::string& transaction) {
    one_.HoldParts(transaction);
    other_.HoldParts(transaction);
  }
  void EndHeld(const std::string& transaction, core::TableId table, binlog::BinlogPlace place) {
    one_.EndHeld(transaction, table, place);
    other_.EndHeld(transaction, table, place);
  }
  void DropHeld(const std::string& transaction) {
    one_.DropHeld(transaction);
    other_.DropHeld(transaction);
  }
  void Unwatch(core::TableId table) {
    one_.Unwatch(table);
    other_.Unwatch(table);
  }

 private:
  TouchedKeys& one_;
  TouchedKeys& other_;
};

}  // namespace renkei::sources::mysql::snapshot
