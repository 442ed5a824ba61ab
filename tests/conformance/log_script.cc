#include "tests/conformance/log_script.h"

#include <limits>

namespace renkei::conformance {

using core::Operation;

namespace {

// Ids of the columns that every table has.
constexpr uint32_t kKeyColumn = 1;
constexpr uint32_t kValueColumn = 2;

core::Position PositionOf(uint64_t number) {
  return {number == 0 ? std::string() : "p" + std::to_string(number)};
}

uint64_t NumberOf(const core::Position& position) {
  return position.empty() ? 0 : std::stoull(position.bytes.substr(1));
}

void PutValue(const std::string& value, core::ColumnBuilder& column) {
  if (value == std::string(1, '\0')) return column.Null();
  column.Varying(value);
}

void PutAfter(const core::TableSchema& schema, int64_t key, const std::string& value,
              core::BatchBuilder& rows) {
  for (size_t i = 0; i < schema.columns.size(); ++i) {
    if (schema.columns[i].id == kKeyColumn) {
      rows.after()[i].Fixed(key);
    } else if (schema.columns[i].id == kValueColumn) {
      PutValue(value, rows.after()[i]);
    } else {
      rows.after()[i].Varying(kAddedValue);
    }
  }
}

// "x/-0" of a table without a key.
void PutKeyless(const std::string& value, std::vector<core::ColumnBuilder>& columns) {
  const size_t slash = value.find('/');
  const std::string text = value.substr(0, slash);
  const std::string number = value.substr(slash + 1);
  if (text == "NULL") {
    columns[0].Null();
  } else {
    columns[0].Varying(text);
  }
  if (number == "NULL") return columns[1].Null();
  columns[1].Fixed(std::stod(number));
}

void LeaveOut(std::vector<core::ColumnBuilder>& columns) {
  for (core::ColumnBuilder& column : columns) column.Without(core::CellState::kAbsent);
}

void PutKeylessImages(const Change& change, core::BatchBuilder& rows) {
  const bool gone = change.operation == Operation::kDelete;
  const bool was = change.operation == Operation::kUpdate || gone;
  gone ? LeaveOut(rows.after()) : PutKeyless(change.value, rows.after());
  was ? PutKeyless(change.value_before, rows.before()) : LeaveOut(rows.before());
}

void PutCells(const core::TableSchema& schema, const Change& change, core::BatchBuilder& rows) {
  if (schema.key_kind == core::KeyKind::kWholeRow) return PutKeylessImages(change, rows);
  if (change.operation == Operation::kDelete) {
    for (core::ColumnBuilder& column : rows.after()) column.Without(core::CellState::kAbsent);
  } else {
    PutAfter(schema, change.key, change.value, rows);
  }
  const bool key_changed = change.operation == Operation::kUpdate && change.key != change.key_before;
  if (change.operation == Operation::kDelete || key_changed) {
    rows.before()[0].Fixed(change.key_before);
  } else {
    rows.before()[0].Without(core::CellState::kAbsent);
  }
}

}  // namespace

Change Insert(std::string table, int64_t key, std::string value) {
  return {std::move(table), Operation::kInsert, key, std::move(value), key};
}
Change Update(std::string table, int64_t key, std::string value) {
  return {std::move(table), Operation::kUpdate, key, std::move(value), key};
}
Change Upsert(std::string table, int64_t key, std::string value) {
  return {std::move(table), Operation::kUpsert, key, std::move(value), key};
}
Change Delete(std::string table, int64_t key) { return {std::move(table), Operation::kDelete, key, "", key}; }
Change Rekey(std::string table, int64_t from, int64_t to, std::string value) {
  return {std::move(table), Operation::kUpdate, to, std::move(value), from};
}

LogScript::LogScript(core::Log& log, const std::vector<std::string>& tables) : log_(log) {
  Result<std::unique_ptr<core::LogWriter>> writer = log.OpenWriter();
  CHECK(writer.ok());
  writer_ = std::move(*writer);
  history_.resize(end().offset.value + 1);
  const core::LogState state = log.State();
  if (const auto head = state.heads.find(core::Lane{0}); head != state.heads.end())
    position_ = NumberOf(head->second.position);
  for (const std::string& name : tables) AddTable(name);
}

void LogScript::AddTable(const std::string& name) {
  core::TableSchema& schema = schemas_[name];
  schema.table = core::TableId{static_cast<uint32_t>(schemas_.size())};
  schema.id = core::SchemaId{schema.table.value};
  schema.native_id = name;
  schema.schema = "shop";
  schema.name = name;
  schema.columns = {{kKeyColumn, "id", "bigint", {core::Kind::kInt64}, false},
                    {kValueColumn, "v", "text", {core::Kind::kText}, true}};
  schema.key_kind = core::KeyKind::kPrimary;
  schema.key = {0};
  history_.back()[name];
  AppendFrame(core::SchemaFrame{schema});
}

void LogScript::AddKeylessTable(const std::string& name) {
  core::TableSchema& schema = schemas_[name];
  schema.table = core::TableId{static_cast<uint32_t>(schemas_.size())};
  schema.id = core::SchemaId{schema.table.value};
  schema.native_id = name;
  schema.schema = "shop";
  schema.name = name;
  schema.columns = {{1, "v", "text", {core::Kind::kText}, true},
                    {2, "f", "double", {core::Kind::kFloat64}, true}};
  schema.key_kind = core::KeyKind::kWholeRow;
  schema.key = {0, 1};
  history_.back()[name];
  AppendFrame(core::SchemaFrame{schema});
}

bool LogScript::IsKeyless(const std::string& table) const {
  return schemas_.at(table).key_kind == core::KeyKind::kWholeRow;
}

void LogScript::Renew(const std::string& table) {
  core::TableSchema& schema = schemas_.at(table);
  schema.id = log_.State().next_schema;
  schema.generation = core::Generation{schema.generation.value + 1};
  AppendFrame(core::SchemaFrame{schema});
}

core::Address LogScript::end() const { return log_.durable_end(); }

void LogScript::Preload(const std::string& table, int64_t from, int64_t to, const std::string& value) {
  for (int64_t key = from; key <= to; ++key) history_.back()[table][key] = value;
}

core::ChangeSet LogScript::NextSet(size_t transactions) {
  core::ChangeSet set;
  set.capture = "script";
  set.session = 1;
  set.prev = PositionOf(position_);
  for (size_t i = 0; i < transactions; ++i) {
    core::Transaction transaction;
    transaction.id = PositionOf(++position_).bytes;
    transaction.commit_time = base::WallTime{static_cast<int64_t>(position_)};
    set.transactions.push_back(transaction);
  }
  set.position = PositionOf(position_);
  return set;
}

void LogScript::AddBatches(const std::vector<Change>& changes, uint32_t transaction, core::ChangeSet& set,
                           Tables tables) {
  std::map<std::string, core::BatchBuilder> builders;
  uint32_t ordinal = 0;
  for (Change change : changes) {
    const core::TableSchema& schema = schemas_.at(change.table);
    auto [at, made] = builders.try_emplace(change.table, schema, schema.key);
    if (IsKeyless(change.table)) {
      if (change.operation != Operation::kInsert)
        change.value_before = tables.at(change.table).at(change.key_before);
      Model(change, tables);
    }
    core::BatchBuilder& rows = at->second;
    rows.BeginRow(change.operation, transaction, ordinal++);
    PutCells(schema, change, rows);
  }
  set.transactions[transaction].rows += ordinal;
  for (auto& [table, rows] : builders) set.items.push_back(rows.Finish());
}

void LogScript::Model(const Change& change, Tables& tables) {
  Rows& rows = tables[change.table];
  // Only what a database with a unique key can do.
  const bool new_key = change.operation == Operation::kInsert || change.key != change.key_before;
  if (new_key) CHECK(rows.count(change.key) == 0);
  if (change.operation == Operation::kUpdate || change.operation == Operation::kDelete) {
    CHECK(rows.count(change.key_before) != 0);
  }
  if (change.operation == Operation::kDelete || change.key != change.key_before) {
    rows.erase(change.key_before);
  }
  if (change.operation != Operation::kDelete) rows[change.key] = change.value;
}

void LogScript::Append(const core::ChangeSet& set) {
  const Result<core::AppendResult> result = writer_->Append(set);
  CHECK(result.ok());
  CHECK(result->appended);
  CHECK(writer_->Sync().ok());
}

void LogScript::AppendFrame(const core::EntryBody& body) {
  CHECK(writer_->AppendFrame(body).ok());
  CHECK(writer_->Sync().ok());
}

void LogScript::CommitSet(const std::vector<std::vector<Change>>& transactions) {
  core::ChangeSet set = NextSet(transactions.size());
  for (size_t i = 0; i < transactions.size(); ++i) {
    AddBatches(transactions[i], static_cast<uint32_t>(i), set, history_.back());
    Tables after = history_.back();
    for (const Change& change : transactions[i]) Model(change, after);
    history_.push_back(std::move(after));
  }
  Append(set);
}

void LogScript::CommitInParts(const std::vector<std::vector<Change>>& parts) {
  core::ChangeSet last = NextSet(1);
  last.transactions[0].state = core::TransactionState::kEnd;
  Tables after = history_.back();
  for (size_t i = 0; i < parts.size(); ++i) {
    const Tables before = after;
    for (const Change& change : parts[i]) Model(change, after);
    if (i + 1 == parts.size()) {
      AddBatches(parts[i], 0, last, before);
      break;
    }
    core::ChangeSet part = last;
    part.transactions[0].state = core::TransactionState::kPart;
    part.transactions[0].parts.clear();
    AddBatches(parts[i], 0, part, before);
    const Result<core::PartPlace> place = writer_->AppendPart(part);
    CHECK(place.ok());
    last.transactions[0].parts.push_back(*place);
  }
  history_.push_back(std::move(after));
  Append(last);
}

LogScript::Prepared LogScript::Prepare(const std::vector<Change>& changes) {
  core::ChangeSet set = NextSet(1);
  core::ChangeSet part = set;
  part.transactions[0].state = core::TransactionState::kPart;
  AddBatches(changes, 0, part, history_.back());
  const Result<core::PartPlace> place = writer_->AppendPart(part);
  CHECK(place.ok());
  set.transactions[0].state = core::TransactionState::kPrepared;
  set.transactions[0].parts = {*place};
  history_.push_back(history_.back());
  Append(set);
  return {set.transactions[0].id, *place, changes};
}

void LogScript::EndPrepared(const Prepared& prepared, bool commit) {
  core::ChangeSet set = NextSet(1);
  set.transactions[0].ends = prepared.id;
  set.transactions[0].state = commit ? core::TransactionState::kEnd : core::TransactionState::kAbort;
  if (commit) set.transactions[0].parts = {prepared.place};
  Tables after = history_.back();
  for (const Change& change : prepared.changes) {
    if (commit) Model(change, after);
  }
  history_.push_back(std::move(after));
  Append(set);
}

void LogScript::OrphanPart(const std::vector<Change>& changes) {
  const uint64_t position = position_;
  core::ChangeSet part = NextSet(1);
  position_ = position;
  part.transactions[0].state = core::TransactionState::kPart;
  AddBatches(changes, 0, part, history_.back());
  CHECK(writer_->AppendPart(part).ok());
}

void LogScript::Truncate(const std::string& table) {
  core::ChangeSet set = NextSet(1);
  set.items.push_back(core::Truncate{{Id(table)}, false, 0});
  Tables after = history_.back();
  after[table].clear();
  history_.push_back(std::move(after));
  Append(set);
}

void LogScript::AddColumn(const std::string& table, const std::string& fill) {
  core::TableSchema& schema = schemas_.at(table);
  schema.id = log_.State().next_schema;
  const auto id = static_cast<uint32_t>(schema.columns.size() + 1);
  schema.columns.insert(schema.columns.begin(),
                        {id, "added" + std::to_string(id), "text", {core::Kind::kText}, true});
  for (uint16_t& place : schema.key) ++place;
  core::ChangeSet set = NextSet(1);
  set.items.push_back(core::SchemaChange{schema, "ALTER TABLE", 0, {{id, fill}}});
  history_.push_back(history_.back());
  Append(set);
}

void LogScript::Tick() {
  const core::Position prev = PositionOf(position_);
  const core::Position now = PositionOf(++position_);
  const auto result =
      writer_->AppendTick({core::Lane{0}, prev, now, "", base::WallTime{static_cast<int64_t>(position_)}});
  CHECK(result.ok());
  CHECK(result->appended);
  CHECK(writer_->Sync().ok());
}

void LogScript::Repair(const std::string& table, const std::vector<Change>& changes) {
  const core::TableSchema& schema = schemas_.at(table);
  core::BatchBuilder rows(schema, schema.key);
  uint32_t ordinal = 0;
  Tables after = history_.back();
  for (const Change& change : changes) {
    CHECK(change.table == table);
    rows.BeginRow(change.operation, 0, ordinal++);
    PutCells(schema, change, rows);
    if (change.operation == Operation::kDelete) {
      after[table].erase(change.key);
    } else {
      after[table][change.key] = change.value;
    }
  }
  const core::Address address = end();
  repaired_[address.offset].push_back({address, std::move(history_.back())});
  history_.back() = std::move(after);
  AppendFrame(core::Repair{std::make_shared<const core::Batch>(rows.Finish())});
}

const Tables& LogScript::At(core::Address address) const {
  if (const auto repaired = repaired_.find(address.offset); repaired != repaired_.end()) {
    for (const Repaired& repair : repaired->second) {
      if (address <= repair.address) return repair.before;
    }
  }
  return history_.at(address.offset.value);
}

void LogScript::Mark(const std::string& table, bool owed) {
  AppendFrame(core::RepairMark{Id(table), schemas_.at(table).generation, owed, 0, 0});
}

void LogScript::BeginCopy(const std::string& table, std::vector<std::string> sinks) {
  const core::SnapshotId snapshot = writer_->state().next_snapshot;
  snapshots_[table] = snapshot;
  copied_to_[table] = std::numeric_limits<int64_t>::min();
  chunks_[table] = 0;
  views_[table] = now().at(table);
  AppendFrame(core::CopyBegin{snapshot, Id(table), schemas_.at(table).generation, std::move(sinks),
                              now().at(table).size(), schemas_.at(table).id});
}

void LogScript::Chunk(const std::string& table, int64_t to) {
  core::BatchBuilder builder(schemas_.at(table), {});
  const Rows& rows = IsKeyless(table) ? views_.at(table) : now().at(table);
  uint32_t count = 0;
  for (auto row = rows.upper_bound(copied_to_[table]); row != rows.end() && row->first <= to; ++row) {
    builder.BeginRow(Operation::kRead, 0, count++);
    if (IsKeyless(table)) {
      PutKeyless(row->second, builder.after());
      continue;
    }
    PutAfter(schemas_.at(table), row->first, row->second, builder);
  }
  const auto chunk = writer_->AppendChunk(snapshots_.at(table), builder.Finish());
  CHECK(chunk.ok());
  core::ChunkMarker marker;
  marker.snapshot = snapshots_.at(table);
  marker.table = Id(table);
  marker.generation = schemas_.at(table).generation;
  marker.number = chunks_[table]++;
  marker.lower = std::to_string(copied_to_[table]);
  marker.upper = std::to_string(to);
  marker.low = marker.high = PositionOf(position_).bytes;
  marker.rows = count;
  marker.place = chunk->first;
  marker.crc = chunk->second;
  copied_to_[table] = to;
  AppendFrame(marker);
}

void LogScript::EndCopy(const std::string& table, bool abandoned) {
  AppendFrame(core::CopyEnd{snapshots_.at(table), Id(table), abandoned});
}

void LogScript::CopyWhole(const std::string& table, std::vector<std::string> sinks, int64_t chunk_keys) {
  BeginCopy(table, std::move(sinks));
  const Rows rows = now().at(table);
  if (!rows.empty()) {
    for (int64_t to = rows.begin()->first + chunk_keys - 1;; to += chunk_keys) {
      Chunk(table, to);
      if (to >= rows.rbegin()->first) break;
    }
  }
  EndCopy(table);
}

void LogScript::StopTable(const std::string& table) {
  AppendFrame(core::Gap{Id(table), schemas_.at(table).generation, 2100, {}});
}

}  // namespace renkei::conformance
