#include "tests/doubles/memory_cycle.h"

#include <algorithm>

namespace renkei::doubles {

using core::Operation;

namespace {

constexpr Code kRefused{4199};

Error Refused(std::string what) { return Error(kRefused, {{"what", std::move(what)}}); }

std::string KeyOf(const core::TableSchema& schema, const MemoryRow& row) {
  std::string key;
  for (uint16_t place : schema.key) key += row[place].bytes + '\0';
  return key;
}

MemoryRow CellsOf(const std::vector<core::Column>& columns, uint32_t row) {
  MemoryRow cells;
  for (const core::Column& column : columns) {
    const bool bytes = column.is_value(row);
    cells.push_back({column.state(row), bytes ? std::string(column.bytes(row)) : std::string()});
  }
  return cells;
}

MemoryRow AfterOf(const core::Batch& batch, uint32_t row) { return CellsOf(batch.after, row); }

// All cells of a row, so that other cells are other bytes.
std::string WholeRow(const MemoryRow& row) {
  std::string whole;
  for (const MemoryCell& cell : row) {
    whole += static_cast<char>(cell.state);
    whole += std::to_string(cell.bytes.size()) + ":" + cell.bytes;
  }
  return whole;
}

// The key before, where the row brings one; else the key of `after`.
std::string KeyBefore(const core::TableSchema& schema, const core::Batch& batch, uint32_t row,
                      const MemoryRow& after) {
  MemoryRow cells = after;
  for (size_t i = 0; i < batch.before_columns.size(); ++i) {
    if (!batch.before[i].is_value(row)) continue;
    cells[batch.before_columns[i]] = {core::CellState::kValue, std::string(batch.before[i].bytes(row))};
  }
  return KeyOf(schema, cells);
}

}  // namespace

Status MemoryCycle::CheckContinues(const core::Slice& slice) const {
  const auto found = state_.cursors.find(slice.source);
  if (found == state_.cursors.end()) return {};
  if (found->second.log != slice.log) return Refused("another log");
  if (fault_ == SinkFault::kAppliesAgain) return {};
  if (found->second.main != slice.main_from) return Refused("does not continue where main is");
  if (slice.copy_from.has_value() && found->second.copy != slice.copy_from) {
    return Refused("does not continue where the copy is");
  }
  return {};
}

Status MemoryCycle::ApplySlice(const core::Slice& slice) {
  RETURN_IF_ERROR(CheckContinues(slice));
  core::SinkCursor& cursor = state_.cursors[slice.source];
  cursor.log = slice.log;
  cursor.epoch = slice.epoch;
  cursor.main = slice.main_to;
  if (slice.copy_to.has_value()) cursor.copy = slice.copy_to;
  RETURN_IF_ERROR(ApplyEntries({slice, false, slice.main_from, slice.main_to}, slice.main));
  if (slice.copy_from.has_value()) {
    RETURN_IF_ERROR(ApplyEntries({slice, true, *slice.copy_from, *slice.copy_to}, slice.copy));
  }
  if (cursor.copy == cursor.main || fault_ == SinkFault::kShowsEarly) ShowComplete(slice.source);
  return {};
}

Status MemoryCycle::ApplyEntries(const Pass& pass, const std::vector<core::Entry>& entries) {
  for (const core::Entry& entry : entries) RETURN_IF_ERROR(ApplyEntry(pass, entry));
  return {};
}

Status MemoryCycle::ApplyEntry(const Pass& pass, const core::Entry& entry) {
  if (const auto* set = std::get_if<core::Changes>(&entry.body)) return ApplySet(pass, entry, **set);
  if (entry.address < pass.from || entry.address >= pass.to) return {};
  if (const auto* begin = std::get_if<core::CopyBegin>(&entry.body)) {
    if (!pass.copy) return StartCopy(pass, entry, *begin);
  } else if (const auto* marker = std::get_if<core::ChunkMarker>(&entry.body)) {
    if (pass.copy) return ApplyChunk(pass, *marker);
  } else if (const auto* end = std::get_if<core::CopyEnd>(&entry.body)) {
    if (pass.copy) EndCopy(pass, *end);
  } else if (const auto* gap = std::get_if<core::Gap>(&entry.body)) {
    StopTable(pass, *gap);
  } else if (const auto* repair = std::get_if<core::Repair>(&entry.body)) {
    ApplyRepair(pass, entry, *repair->rows);
  }
  return {};
}

Status MemoryCycle::ApplySet(const Pass& pass, const core::Entry& entry, const core::ChangeSet& set) {
  std::vector<bool> counts(set.transactions.size());
  for (size_t i = 0; i < counts.size(); ++i) {
    const core::Offset offset{entry.address.offset.value + i};
    counts[i] = pass.from.offset <= offset && offset < pass.to.offset;
    if (fault_ == SinkFault::kAppliesWholeSets) counts[i] = true;
    const core::TransactionState state = set.transactions[i].state;
    if (state == core::TransactionState::kPrepared || state == core::TransactionState::kAbort)
      counts[i] = false;
  }
  // In the transactions' order; parts come before the rows of the set itself.
  for (size_t i = 0; i < counts.size(); ++i) {
    if (!counts[i]) continue;
    for (const core::PartPlace& place : set.transactions[i].parts) {
      if (fault_ == SinkFault::kSkipsParts) break;
      ASSIGN_OR_RETURN(const core::Changes part, pass.slice.reads->ReadPart(place));
      for (const core::Item& item : part->items) ApplyItem(pass, entry, item, {true});
    }
    std::vector<bool> only(counts.size());
    only[i] = true;
    for (const core::Item& item : set.items) ApplyItem(pass, entry, item, only);
  }
  return {};
}

MemoryTable* MemoryCycle::Target(const Pass& pass, core::TableId table, core::Address address) {
  const auto found = state_.tables.find({pass.slice.source, table});
  if (found == state_.tables.end()) return nullptr;
  std::optional<MemoryTable>& version = pass.copy ? found->second.coming : found->second.shown;
  if (!version.has_value() || version->stopped) return nullptr;
  if (pass.copy && address < version->begin) return nullptr;
  return &*version;
}

void MemoryCycle::ApplyItem(const Pass& pass, const core::Entry& entry, const core::Item& item,
                            const std::vector<bool>& counts) {
  if (const auto* truncate = std::get_if<core::Truncate>(&item)) {
    if (!counts[truncate->transaction] || fault_ == SinkFault::kIgnoresTruncate) return;
    for (core::TableId id : truncate->tables) {
      MemoryTable* table = Target(pass, id, entry.address);
      if (table == nullptr) continue;
      table->rows.clear();
      table->counts.clear();
    }
    return;
  }
  if (const auto* change = std::get_if<core::SchemaChange>(&item)) {
    if (counts[change->transaction]) ApplySchemaChange(pass, entry, *change);
    return;
  }
  const auto* batch = std::get_if<core::Batch>(&item);
  if (batch == nullptr) return;
  MemoryTable* table = Target(pass, batch->table, entry.address);
  if (table == nullptr || table->schema.generation != batch->generation) return;
  const auto transactions = batch->transactions.as<uint32_t>();
  for (uint32_t row = 0; row < batch->rows; ++row) {
    if (!counts[transactions[row]]) continue;
    ApplyRow(*table, *batch, row);
    if (!pass.copy) ReportOf(pass.slice.source, *table).changes += 1;
  }
}

void MemoryCycle::ApplySchemaChange(const Pass& pass, const core::Entry& entry,
                                    const core::SchemaChange& change) {
  MemoryTable* table = Target(pass, change.schema.table, entry.address);
  if (table == nullptr || table->schema.generation != change.schema.generation) return;
  for (auto& [key, row] : table->rows) {
    MemoryRow cells;
    for (const core::ColumnSchema& column : change.schema.columns) {
      const auto before = std::ranges::find(table->schema.columns, column.id, &core::ColumnSchema::id);
      const auto fill = std::ranges::find(change.fills, column.id, &core::ColumnFill::column);
      if (before != table->schema.columns.end()) {
        cells.push_back(row[static_cast<size_t>(before - table->schema.columns.begin())]);
      } else if (fill != change.fills.end() && fault_ != SinkFault::kForgetsFills) {
        cells.push_back({core::CellState::kValue, fill->value});
      } else {
        cells.push_back({core::CellState::kNull, ""});
      }
    }
    row = std::move(cells);
  }
  table->schema = change.schema;
}

void MemoryCycle::ApplyRepair(const Pass& pass, const core::Entry& entry, const core::Batch& rows) {
  if (fault_ == SinkFault::kSkipsRepairs || (fault_ == SinkFault::kRepairsLiveOnly && pass.copy)) return;
  MemoryTable* table = Target(pass, rows.table, entry.address);
  if (table == nullptr || table->schema.generation != rows.generation) return;
  for (uint32_t row = 0; row < rows.rows; ++row) ApplyRow(*table, rows, row);
  if (!pass.copy) ReportOf(pass.slice.source, *table).changes += rows.rows;
}

void MemoryCycle::Count(MemoryTable& table, MemoryRow row, int64_t copies) {
  const std::string whole = WholeRow(row);
  int64_t& count = table.counts[whole];
  count += copies;
  if (fault_ == SinkFault::kMergesEqualRows) count = std::min<int64_t>(count, 1);
  if (fault_ == SinkFault::kDeletesAllCopies && copies < 0) count = std::min<int64_t>(count, 0);
  table.rows[whole] = std::move(row);
}

void MemoryCycle::CountRow(MemoryTable& table, const core::Batch& batch, uint32_t row) {
  const bool was = batch.operation(row) == Operation::kDelete || batch.operation(row) == Operation::kUpdate;
  if (was) Count(table, CellsOf(batch.before, row), -1);
  if (batch.operation(row) != Operation::kDelete) Count(table, AfterOf(batch, row), 1);
}

void MemoryCycle::ApplyRow(MemoryTable& table, const core::Batch& batch, uint32_t row) {
  if (table.schema.key_kind == core::KeyKind::kWholeRow) return CountRow(table, batch, row);
  MemoryRow after = AfterOf(batch, row);
  const std::string key_before = KeyBefore(table.schema, batch, row, after);
  if (batch.operation(row) == Operation::kDelete) {
    table.rows.erase(key_before);
    return;
  }
  const auto old = table.rows.find(key_before);
  for (size_t i = 0; i < after.size(); ++i) {
    if (after[i].state == core::CellState::kUnchanged && old != table.rows.end()) after[i] = old->second[i];
  }
  const std::string key = KeyOf(table.schema, after);
  if (old != table.rows.end() && key != key_before && fault_ != SinkFault::kLeavesOldKey) {
    table.rows.erase(old);
  }
  table.rows[key] = std::move(after);
}

Status MemoryCycle::StartCopy(const Pass& pass, const core::Entry& entry, const core::CopyBegin& begin) {
  const auto& names = begin.subscriptions;
  if (std::find(names.begin(), names.end(), name_) == names.end()) return {};
  const auto known = pass.slice.state->schemas.find(begin.schema);
  if (known == pass.slice.state->schemas.end()) return Refused("a copy of an unknown table");
  MemoryTable table;
  table.schema = known->second;
  table.snapshot = begin.snapshot;
  table.begin = entry.address;
  state_.tables[{pass.slice.source, begin.table}].coming = std::move(table);
  core::SinkCursor& cursor = state_.cursors[pass.slice.source];
  if (!cursor.copy.has_value()) cursor.copy = entry.address;
  return {};
}

Status MemoryCycle::ApplyChunk(const Pass& pass, const core::ChunkMarker& marker) {
  const auto found = state_.tables.find({pass.slice.source, marker.table});
  if (found == state_.tables.end() || !found->second.coming.has_value()) return {};
  MemoryTable& table = *found->second.coming;
  if (table.snapshot != marker.snapshot) return {};
  ASSIGN_OR_RETURN(const core::Batch rows, pass.slice.reads->ReadChunk(marker.place));
  if (rows.rows != marker.rows) return Refused("a chunk that is not what its marker says");
  for (uint32_t row = 0; row < rows.rows; ++row) ApplyRow(table, rows, row);
  table.rows_copied += rows.rows;
  ReportOf(pass.slice.source, table).rows_copied += rows.rows;
  return {};
}

void MemoryCycle::EndCopy(const Pass& pass, const core::CopyEnd& end) {
  const auto found = state_.tables.find({pass.slice.source, end.table});
  if (found == state_.tables.end() || !found->second.coming.has_value()) return;
  MemoryTable& table = *found->second.coming;
  if (table.snapshot != end.snapshot) return;
  if (!end.abandoned) {
    table.complete = true;
    return;
  }
  table.rows.clear();
  table.counts.clear();
  table.rows_copied = 0;
}

void MemoryCycle::StopTable(const Pass& pass, const core::Gap& gap) {
  const auto found = state_.tables.find({pass.slice.source, gap.table});
  if (found == state_.tables.end()) return;
  std::optional<MemoryTable>& version = pass.copy ? found->second.coming : found->second.shown;
  if (version.has_value() && version->schema.generation == gap.generation) version->stopped = true;
}

void MemoryCycle::ShowComplete(const std::string& source) {
  bool copying = false;
  for (auto& [id, tables] : state_.tables) {
    if (id.first != source || !tables.coming.has_value() || tables.coming->stopped) continue;
    if (!tables.coming->complete) {
      copying = true;
      continue;
    }
    ReportOf(source, *tables.coming).became_live = true;
    tables.shown = std::exchange(tables.coming, std::nullopt);
  }
  if (!copying) state_.cursors[source].copy.reset();
}

core::TableChanges& MemoryCycle::ReportOf(const std::string& source, const MemoryTable& table) {
  core::TableChanges& changes = report_[table.schema.qualified_name()];
  changes.source = source;
  changes.table = table.schema.qualified_name();
  return changes;
}

core::CycleReport MemoryCycle::TakeReport() {
  core::CycleReport report;
  for (auto& [name, changes] : report_) {
    report.rows += changes.changes + changes.rows_copied;
    report.tables.push_back(std::move(changes));
  }
  return report;
}

}  // namespace renkei::doubles
