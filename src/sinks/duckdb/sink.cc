#include "sinks/duckdb/sink.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/kill_point.h"
#include "duckdb/codes.h"
#include "duckdb/sql_text.h"
#include "sinks/duckdb/codes.h"
#include "sinks/duckdb/cycle.h"
#include "sinks/duckdb/table_reader.h"

namespace renkei::sinks::duckdb {

using renkei::duckdb::Database;
using renkei::duckdb::QuoteName;
using renkei::duckdb::WriteTransaction;

namespace {

// About a second of reading.
constexpr uint64_t kWarmUpRowsMax = 30'000'000;

// Caused by what the table or its rows are: the others go on without it. A full disk, memory or a lock says
// nothing about a table.
bool IsOfOneTable(const Error& error) {
  static constexpr Code kCodes[] = {renkei::duckdb::kBadValue,
                                    renkei::duckdb::kNotUtf8,
                                    renkei::duckdb::kNoValue,
                                    renkei::duckdb::kUnknownType,
                                    kSchemaDiffers,
                                    kNoKeyBefore,
                                    kRowNotThere,
                                    kNoCount};
  return !error.field("table").empty() && std::ranges::count(kCodes, error.code()) > 0;
}

}  // namespace

DuckdbSink::DuckdbSink(std::string name, Options options, std::set<std::string> insert_means_absent)
    : name_(std::move(name)),
      options_(std::move(options)),
      insert_means_absent_(std::move(insert_means_absent)),
      checkpoints_(options_.recovery_target) {}

DuckdbSink::~DuckdbSink() = default;

core::SinkCapabilities DuckdbSink::capabilities() const {
  return {.atomic_scope = core::SinkCapabilities::AtomicScope::kAllTables,
          .repeat_safety = core::SinkCapabilities::RepeatSafety::kOffsetInTransaction,
          .partial_update = false,
          .key_change = true,
          .barrier = true};
}

Status DuckdbSink::Open() {
  writer_.reset();
  {
    std::lock_guard lock(mutex_);
    database_.reset();
  }
  ASSIGN_OR_RETURN(std::unique_ptr<Database> opened, Database::Open({.path = options_.path.text,
                                                                     .read_only = false,
                                                                     .memory_bytes = options_.memory.count,
                                                                     .threads = options_.threads}));
  const std::shared_ptr<Database> database = std::move(opened);
  ASSIGN_OR_RETURN(writer_, database->Connect());
  StoredState state;
  {
    const auto entered = database->gate().EnterWrite();
    ASSIGN_OR_RETURN(state, TakeOver(*writer_, options_.path.text));
  }
  apply_epoch_ = state.apply_epoch;
  checkpoints_.NoteCheckpoint();
  {
    std::lock_guard lock(mutex_);
    database_ = database;
    cursors_ = std::move(state.cursors);
    tables_ = std::move(state.tables);
  }
  return WarmUp();
}

// The first DELETE of a table reads its keys and row versions from disk; better now than in a cycle, for as
// much as a start has time for.
Status DuckdbSink::WarmUp() {
  uint64_t left = kWarmUpRowsMax;
  for (const auto& table : tables_.All()) {
    if (left == 0) break;
    std::string counts;
    std::string keys;
    for (uint16_t place : table->schema.key) {
      const std::string name = QuoteName(table->columns[place]);
      fmt::format_to(std::back_inserter(counts), ", count({})", name);
      fmt::format_to(std::back_inserter(keys), "{}{}", keys.empty() ? "" : ", ", name);
    }
    if (keys.empty()) continue;
    ASSIGN_OR_RETURN(const auto counted, writer_->QueryText(fmt::format(
                                             "SELECT count(*){} FROM (SELECT {} FROM _renkei.{} LIMIT {})",
                                             counts, keys, QuoteName(table->storage), left)));
    left -= std::min(left, uint64_t{std::stoull(counted[0][0].value_or("0"))});
  }
  return {};
}

std::optional<core::SinkCursor> DuckdbSink::Cursor(const std::string& source) const {
  std::lock_guard lock(mutex_);
  const auto found = cursors_.find(source);
  if (found == cursors_.end()) return std::nullopt;
  return found->second;
}

std::vector<core::SinkTable> DuckdbSink::Tables() const {
  StoredTables tables;
  {
    std::lock_guard lock(mutex_);
    tables = tables_;
  }
  std::vector<core::SinkTable> all;
  for (const auto& table : tables.All()) {
    all.push_back({.source = table->source,
                   .table = table->schema.qualified_name(),
                   .destination = table->destination(),
                   .id = table->schema.table,
                   .generation = table->schema.generation,
                   .state = table->state,
                   .rows_copied = table->rows_copied});
  }
  return all;
}

Result<core::CycleReport> DuckdbSink::Apply(const std::vector<core::Slice>& slices) {
  if (writer_ == nullptr) return Error(kNotOpen, {{"path", options_.path.text}});
  SetAside set_aside;
  for (;;) {
    Result<core::CycleReport> report = ApplyWithout(set_aside, slices);
    if (report.ok() || !IsOfOneTable(report.error())) return report;
    const Error error = report.error();
    if (!set_aside.emplace(error.field("table"), error).second) return error;
  }
}

Result<core::CycleReport> DuckdbSink::ApplyWithout(const SetAside& set_aside,
                                                   const std::vector<core::Slice>& slices) {
  // Only this thread changes these; the lock is for the others, which read them.
  Cycle cycle({*writer_, name_, insert_means_absent_, options_.schema_change, set_aside}, tables_, cursors_);
  {
    const auto entered = database_->gate().EnterWrite();
    ASSIGN_OR_RETURN(const auto transaction, WriteTransaction::Begin(*writer_));
    RETURN_IF_ERROR(HoldFence(*writer_, apply_epoch_, options_.path.text));
    for (const core::Slice& slice : slices) RETURN_IF_ERROR(cycle.ApplySlice(slice));
    RETURN_IF_ERROR(cycle.SaveState());
    base::KillPoint("apply_before_commit");
    RETURN_IF_ERROR(transaction->Commit());
    base::KillPoint("apply_after_commit");
  }
  {
    std::lock_guard lock(mutex_);
    cursors_ = cycle.cursors();
    tables_ = cycle.tables();
  }
  core::CycleReport report = cycle.TakeReport();
  checkpoints_.NoteCommit(report.tables.size() + 1);
  return report;
}

Result<bool> DuckdbSink::Maintain() {
  if (writer_ == nullptr) return Error(kNotOpen, {{"path", options_.path.text}});
  if (!checkpoints_.Due(database_->wal_bytes())) return false;
  const auto entered = database_->gate().EnterCheckpoint();
  base::KillPoint("checkpoint_begin");
  const Status status = writer_->Execute(fmt::format("CHECKPOINT {}", QuoteName(renkei::duckdb::kCatalog)));
  base::KillPoint("checkpoint_end");
  // A reader from before the last change of a table's definition is in the way: once it ends.
  if (!status.ok() && status.error().code() == renkei::duckdb::kConflict) return false;
  if (!status.ok()) return status.error();
  checkpoints_.NoteCheckpoint();
  return true;
}

Result<std::unique_ptr<core::TableReader>> DuckdbSink::OpenTableReader(const std::string& source,
                                                                       const std::string& table) {
  const auto open = database();
  if (open == nullptr) return Error(kNotOpen, {{"path", options_.path.text}});
  return OpenReader(open, source, table);
}

Result<std::unique_ptr<core::TableReader>> DuckdbSink::OpenRows(const std::string& source,
                                                                const std::string& table,
                                                                const core::RowFilter& wanted) {
  const auto open = database();
  if (open == nullptr) return Error(kNotOpen, {{"path", options_.path.text}});
  return OpenReader(open, source, table, &wanted);
}

std::shared_ptr<Database> DuckdbSink::database() const {
  std::lock_guard lock(mutex_);
  return database_;
}

}  // namespace renkei::sinks::duckdb
