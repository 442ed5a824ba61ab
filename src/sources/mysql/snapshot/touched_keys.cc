#include "sources/mysql/snapshot/touched_keys.h"

#include <algorithm>
#include <utility>

namespace renkei::sources::mysql::snapshot {

namespace {

// What a touch costs beside its key's bytes.
constexpr size_t kTouchBytes = 64;
// A prepared transaction, which may wait for long, holds keys for no more than this part of the bound.
constexpr size_t kHeldShare = 4;

}  // namespace

std::string KeyOf(const std::vector<const core::Column*>& key, uint32_t row) {
  std::string bytes;
  for (const core::Column* column : key) {
    const std::string_view cell = column->bytes(row);
    const auto length = static_cast<uint32_t>(cell.size());
    bytes.append(reinterpret_cast<const char*>(&length), sizeof(length));
    bytes.append(cell);
  }
  return bytes;
}

void TouchedKeys::Watch(const core::TableSchema& schema) {
  Table& table = tables_[schema.table];
  if (schema.key_kind == core::KeyKind::kWholeRow) return;
  table.key = schema.key;
  table.open_whole = parts_open_;
}

void TouchedKeys::Unwatch(core::TableId table) {
  const auto found = tables_.find(table);
  if (found == tables_.end()) return;
  ForgetKeys(found->second);
  ForgetOpen(found->second);
  while (!found->second.held.empty())
    ForgetHeld(found->second, std::string(found->second.held.begin()->first));
  tables_.erase(found);
}

void TouchedKeys::Record(const core::ChangeSet& set, std::span<const binlog::BinlogPlace> places) {
  if (tables_.empty()) return;
  for (const core::Item& item : set.items) {
    if (const auto* batch = std::get_if<core::Batch>(&item)) {
      const auto found = tables_.find(batch->table);
      if (found != tables_.end()) RecordBatch(found->second, *batch, places, &TouchedKeys::AddTouch);
    } else if (const auto* truncate = std::get_if<core::Truncate>(&item)) {
      for (const core::TableId table : truncate->tables) RecordWhole(table, places[truncate->transaction]);
    } else if (const auto found = tables_.find(std::get<core::SchemaChange>(item).schema.table);
               found != tables_.end()) {
      // What was read before is of no use any more.
      found->second.key = std::get<core::SchemaChange>(item).schema.key;
      RecordWhole(found->first, places[std::get<core::SchemaChange>(item).transaction]);
    }
  }
}

void TouchedKeys::RecordPart(const core::ChangeSet& part) {
  static constexpr binlog::BinlogPlace kUnknown[1] = {};
  parts_open_ = true;
  for (const core::Item& item : part.items) {
    const auto* batch = std::get_if<core::Batch>(&item);
    const auto found = batch == nullptr ? tables_.end() : tables_.find(batch->table);
    if (found != tables_.end()) RecordBatch(found->second, *batch, kUnknown, &TouchedKeys::AddOpen);
  }
}

void TouchedKeys::RecordBatch(Table& table, const core::Batch& batch,
                              std::span<const binlog::BinlogPlace> places, Add add) {
  if (table.key.empty()) return;
  std::vector<const core::Column*> after;
  std::vector<const core::Column*> before;
  for (const uint16_t place : table.key) after.push_back(&batch.after[place]);
  for (const core::Column& column : batch.before) before.push_back(&column);
  const auto transactions = batch.transactions.as<uint32_t>();
  for (uint32_t row = 0; row < batch.rows; ++row) {
    const binlog::BinlogPlace place = places[transactions[row]];
    if (batch.operation(row) != core::Operation::kDelete) (this->*add)(table, KeyOf(after, row), place);
    if (before[0]->is_value(row)) (this->*add)(table, KeyOf(before, row), place);
  }
}

void TouchedKeys::AddTouch(Table& table, std::string key, binlog::BinlogPlace place) {
  if (place <= table.whole_at) return;
  const size_t bytes = key.size() + kTouchBytes;
  if (bytes_ + bytes > bytes_max_) {
    ForgetKeys(table);
    table.whole_at = place;
    return;
  }
  bytes_ += bytes;
  table.touches.push_back({place, std::move(key)});
}

void TouchedKeys::AddOpen(Table& table, std::string key, binlog::BinlogPlace) {
  if (table.open_whole) return;
  const size_t bytes = key.size() + kTouchBytes;
  if (bytes_ + bytes > bytes_max_) {
    ForgetOpen(table);
    table.open_whole = true;
    return;
  }
  bytes_ += bytes;
  table.open.push_back(std::move(key));
}

void TouchedKeys::EndParts(binlog::BinlogPlace place) {
  parts_open_ = false;
  for (auto& [id, table] : tables_) {
    if (table.open_whole) {
      ForgetKeys(table);
      table.whole_at = place;
    }
    for (std::string& key : table.open) table.touches.push_back({place, std::move(key)});
    table.open.clear();
    table.open_whole = false;
  }
}

void TouchedKeys::DropParts() {
  parts_open_ = false;
  for (auto& [id, table] : tables_) {
    ForgetOpen(table);
    table.open_whole = false;
  }
}

void TouchedKeys::HoldParts(const std::string& transaction) {
  parts_open_ = false;
  for (auto& [id, table] : tables_) {
    size_t bytes = 0;
    for (const std::string& key : table.open) bytes += key.size() + kTouchBytes;
    if (!table.open_whole && bytes <= bytes_max_ / kHeldShare) {
      table.held[transaction] = std::exchange(table.open, {});
    } else {
      ForgetOpen(table);
    }
    table.open_whole = false;
  }
}

void TouchedKeys::EndHeld(const std::string& transaction, core::TableId id, binlog::BinlogPlace place) {
  const auto found = tables_.find(id);
  if (found == tables_.end()) return;
  Table& table = found->second;
  if (table.key.empty()) return;
  const auto held = table.held.find(transaction);
  if (held == table.held.end()) return RecordWhole(id, place);
  for (std::string& key : held->second) table.touches.push_back({place, std::move(key)});
  table.held.erase(held);
}

void TouchedKeys::DropHeld(const std::string& transaction) {
  for (auto& [id, table] : tables_) ForgetHeld(table, transaction);
}

void TouchedKeys::ForgetHeld(Table& table, const std::string& transaction) {
  const auto held = table.held.find(transaction);
  if (held == table.held.end()) return;
  for (const std::string& key : held->second) bytes_ -= key.size() + kTouchBytes;
  table.held.erase(held);
}

void TouchedKeys::RecordWhole(core::TableId table, binlog::BinlogPlace place) {
  const auto found = tables_.find(table);
  if (found == tables_.end()) return;
  ForgetKeys(found->second);
  found->second.whole_at = place;
}

bool TouchedKeys::IsWholeAfter(core::TableId table, binlog::BinlogPlace place) const {
  const auto found = tables_.find(table);
  return found != tables_.end() && found->second.whole_at > place;
}

KeySet TouchedKeys::KeysAfter(core::TableId table, binlog::BinlogPlace place) const {
  KeySet keys;
  const auto found = tables_.find(table);
  if (found == tables_.end()) return keys;
  for (const Touch& touch : found->second.touches) {
    if (touch.place > place) keys.insert(touch.key);
  }
  return keys;
}

void TouchedKeys::ForgetUpTo(core::TableId id, binlog::BinlogPlace place) {
  const auto found = tables_.find(id);
  if (found == tables_.end()) return;
  Table& table = found->second;
  while (!table.touches.empty() && table.touches.front().place <= place) {
    bytes_ -= table.touches.front().key.size() + kTouchBytes;
    table.touches.pop_front();
  }
}

void TouchedKeys::ForgetKeys(Table& table) {
  for (const Touch& touch : table.touches) bytes_ -= touch.key.size() + kTouchBytes;
  table.touches.clear();
}

void TouchedKeys::ForgetOpen(Table& table) {
  for (const std::string& key : table.open) bytes_ -= key.size() + kTouchBytes;
  table.open.clear();
}

}  // namespace renkei::sources::mysql::snapshot
