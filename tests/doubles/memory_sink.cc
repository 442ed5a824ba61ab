#include "tests/doubles/memory_sink.h"

#include "core/batch_builder.h"
#include "tests/doubles/memory_cycle.h"

namespace renkei::doubles {

namespace {

constexpr Code kRefused{4199};

template <class T>
void PutFixed(const std::string& bytes, core::ColumnBuilder& column) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof(value));
  column.Fixed(value);
}

void PutCell(const MemoryCell& cell, core::ColumnBuilder& column) {
  if (cell.state != core::CellState::kValue) return column.Without(cell.state);
  switch (core::FixedWidth(column.type())) {
    case 0:
      return column.Varying(cell.bytes);
    case 1:
      return PutFixed<uint8_t>(cell.bytes, column);
    case 2:
      return PutFixed<uint16_t>(cell.bytes, column);
    case 4:
      return PutFixed<uint32_t>(cell.bytes, column);
    case 8:
      return PutFixed<uint64_t>(cell.bytes, column);
    default:
      return PutFixed<core::Int128>(cell.bytes, column);
  }
}

class MemoryTableReader final : public core::TableReader {
 public:
  explicit MemoryTableReader(MemoryTable table) : table_(std::move(table)) {}
  const core::TableSchema& schema() const override { return table_.schema; }
  const core::Position& position() const override { return position_; }
  Result<std::optional<core::Batch>> Next() override {
    if (std::exchange(done_, true)) return std::optional<core::Batch>();
    core::BatchBuilder builder(table_.schema, {});
    for (const auto& [key, row] : table_.rows) {
      const auto count = table_.counts.find(key);
      const int64_t copies = count == table_.counts.end() ? 1 : count->second;
      for (int64_t copy = 0; copy < copies; ++copy) {
        builder.BeginRow(core::Operation::kRead, 0, builder.rows());
        for (size_t i = 0; i < row.size(); ++i) PutCell(row[i], builder.after()[i]);
      }
    }
    return std::optional(builder.Finish());
  }

 private:
  const MemoryTable table_;
  const core::Position position_;
  bool done_ = false;
};

}  // namespace

MemorySink::MemorySink(std::string name, std::shared_ptr<MemoryDestination> destination, SinkFault fault)
    : name_(std::move(name)), destination_(std::move(destination)), fault_(fault) {}

core::SinkCapabilities MemorySink::capabilities() const {
  core::SinkCapabilities capabilities;
  capabilities.atomic_scope = core::SinkCapabilities::AtomicScope::kAllTables;
  capabilities.repeat_safety = core::SinkCapabilities::RepeatSafety::kOffsetInTransaction;
  capabilities.partial_update = true;
  capabilities.key_change = true;
  capabilities.barrier = true;
  return capabilities;
}

Status MemorySink::Open() {
  std::lock_guard lock(destination_->mutex);
  apply_epoch_ = ++destination_->apply_epoch;
  return {};
}

std::optional<core::SinkCursor> MemorySink::Cursor(const std::string& source) const {
  std::lock_guard lock(destination_->mutex);
  const auto found = destination_->state.cursors.find(source);
  if (found == destination_->state.cursors.end()) return std::nullopt;
  return found->second;
}

std::vector<core::SinkTable> MemorySink::Tables() const {
  std::lock_guard lock(destination_->mutex);
  std::vector<core::SinkTable> tables;
  const auto add = [&](const std::string& source, const MemoryTable& table, core::SinkTableState state) {
    core::SinkTable of;
    of.source = source;
    of.table = of.destination = table.schema.qualified_name();
    of.id = table.schema.table;
    of.generation = table.schema.generation;
    of.state = table.stopped ? core::SinkTableState::kStopped : state;
    of.rows_copied = table.rows_copied;
    tables.push_back(std::move(of));
  };
  for (const auto& [id, versions] : destination_->state.tables) {
    if (versions.coming.has_value()) add(id.first, *versions.coming, core::SinkTableState::kCopying);
    if (versions.shown.has_value()) add(id.first, *versions.shown, core::SinkTableState::kLive);
  }
  return tables;
}

Result<core::CycleReport> MemorySink::Apply(const std::vector<core::Slice>& slices) {
  std::unique_lock lock(destination_->mutex);
  if (apply_epoch_ != destination_->apply_epoch) {
    return Error(kRefused, {{"what", "a newer writer has taken the destination"}});
  }
  MemoryDestination::State next = destination_->state;
  lock.unlock();
  if (fault_ == SinkFault::kStoresOffsetFirst) {
    std::lock_guard early(destination_->mutex);
    for (const core::Slice& slice : slices) {
      destination_->state.cursors[slice.source] = {slice.log, slice.epoch, slice.main_to, slice.copy_to};
    }
  }
  MemoryCycle cycle(name_, fault_, next);
  for (const core::Slice& slice : slices) RETURN_IF_ERROR(cycle.ApplySlice(slice));
  lock.lock();
  destination_->state = std::move(next);  // invariant 1: rows and cursors in one step
  return cycle.TakeReport();
}

Result<std::unique_ptr<core::TableReader>> MemorySink::OpenTableReader(const std::string& source,
                                                                       const std::string& table) {
  std::lock_guard lock(destination_->mutex);
  for (const auto& [id, versions] : destination_->state.tables) {
    if (id.first != source || !versions.shown.has_value()) continue;
    if (versions.shown->schema.qualified_name() != table) continue;
    return std::unique_ptr<core::TableReader>(std::make_unique<MemoryTableReader>(*versions.shown));
  }
  return Error(kRefused, {{"what", "no such table is shown"}});
}

}  // namespace renkei::doubles
