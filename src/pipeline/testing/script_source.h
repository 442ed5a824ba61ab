// For tests: a source whose database is a LogScript. Its capture copies what is ordered, runs the steps a
// test posts, and fails when told to.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/batch_builder.h"
#include "core/source.h"
#include "tests/conformance/log_script.h"

namespace renkei::pipeline {

class ScriptReader final : public core::TableReader {
 public:
  ScriptReader(core::TableSchema schema, conformance::Rows rows, core::Position position)
      : schema_(std::move(schema)), rows_(std::move(rows)), position_(std::move(position)) {}
  const core::TableSchema& schema() const override { return schema_; }
  const core::Position& position() const override { return position_; }
  Result<std::optional<core::Batch>> Next() override {
    if (std::exchange(done_, true)) return std::optional<core::Batch>();
    core::BatchBuilder builder(schema_, {});
    for (const auto& [key, value] : rows_) {
      builder.BeginRow(core::Operation::kRead, 0, builder.rows());
      builder.after()[0].Fixed(key);
      if (value == std::string(1, '\0')) {
        builder.after()[1].Null();
      } else {
        builder.after()[1].Varying(value);
      }
    }
    return std::optional(builder.Finish());
  }

 private:
  const core::TableSchema schema_;
  const conformance::Rows rows_;
  const core::Position position_;
  bool done_ = false;
};

class ScriptSource final : public core::Source {
 public:
  using Step = std::function<void(conformance::LogScript&)>;

  explicit ScriptSource(std::vector<std::string> tables) : tables_(std::move(tables)) {}

  // --- the test
  // Runs on the capture's thread, in order; returns once it has run.
  void Run(Step step) {
    std::unique_lock lock(mutex_);
    const uint64_t number = ++posted_;
    steps_.push_back(std::move(step));
    changed_.notify_all();
    changed_.wait(lock, [&] { return done_ >= number; });
  }
  // The next captures end with these errors, one each.
  void FailWith(Error error) {
    std::lock_guard lock(mutex_);
    failures_.push_back(std::move(error));
    changed_.notify_all();
  }
  // A table that appears while the capture runs.
  void CreateTable(const std::string& name) {
    Run([&](conformance::LogScript& script) {
      tables_.push_back(name);
      script.AddTable(name);
      observer_->OnTableBegun(script.Schema(name));
    });
  }
  void StopTable(const std::string& name, const Error& why) {
    Run([&](conformance::LogScript& script) {
      script.StopTable(name);
      observer_->OnTableStopped(conformance::LogScript::Qualified(name), why);
    });
  }
  void KeepOrders() { keep_orders_ = true; }
  size_t captures() const {
    std::lock_guard lock(mutex_);
    return captures_;
  }
  std::vector<core::CopyOrder> orders() const {
    std::lock_guard lock(mutex_);
    return orders_;
  }

  // --- core::Source
  core::SourceCapabilities capabilities() const override {
    core::SourceCapabilities capabilities;
    capabilities.boundaries = core::SourceCapabilities::Boundaries::kTransaction;
    capabilities.order = core::SourceCapabilities::Order::kTotal;
    capabilities.snapshot_position = core::SourceCapabilities::SnapshotPosition::kExact;
    capabilities.can_read_keys = true;
    return capabilities;
  }
  Result<core::Findings> Check() override { return core::Findings(); }
  Result<std::vector<core::TableSchema>> Discover() override {
    std::vector<core::TableSchema> schemas(tables_.size());
    for (size_t i = 0; i < tables_.size(); ++i) {
      schemas[i].schema = "shop";
      schemas[i].name = tables_[i];
    }
    return schemas;
  }
  Status Capture(core::CaptureContext& context, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    ++captures_;
    if (!script_) script_ = std::make_unique<conformance::LogScript>(context.log, tables_);
    observer_ = &context.observer;
    context.observer.OnConnected("script");
    context.observer.OnCaughtUp(true);
    while (!stop.stop_requested()) {
      if (!failures_.empty()) {
        Error failure = failures_.front();
        failures_.pop_front();
        return failure;
      }
      if (!steps_.empty()) {
        steps_.front()(*script_);
        steps_.pop_front();
        ++done_;
        changed_.notify_all();
      }
      for (core::CopyOrder& order : context.orders.TakeAll()) {
        const std::string table = order.table.substr(5);
        if (order.renew) {
          script_->Renew(table);
          context.observer.OnTableBegun(script_->Schema(table));
        }
        if (!keep_orders_) script_->CopyWhole(table, order.sinks);
        orders_.push_back(std::move(order));
      }
      if (context.repairs != nullptr) {
        for (const core::RepairOrder& order : context.repairs->TakeAll()) ServeRepair(order);
      }
      changed_.wait_for(lock, stop, std::chrono::milliseconds(5),
                        [&] { return !steps_.empty() || !failures_.empty(); });
    }
    return {};
  }
  Result<core::Position> CurrentPosition() override {
    std::lock_guard lock(mutex_);
    return Here();
  }
  core::PositionOrder Compare(const core::Position& a, const core::Position& b) const override {
    if (Number(a.bytes) == Number(b.bytes)) return core::PositionOrder::kEqual;
    return Number(a.bytes) < Number(b.bytes) ? core::PositionOrder::kBefore : core::PositionOrder::kAfter;
  }
  bool Contains(const core::Position& position, const std::string& transaction_id) const override {
    return Number(transaction_id) <= Number(position.bytes);
  }
  std::string Show(const core::Position& position) const override { return position.bytes; }
  Result<std::unique_ptr<core::TableReader>> OpenTableReader(const core::TableSchema& table) override {
    std::lock_guard lock(mutex_);
    return std::unique_ptr<core::TableReader>(
        std::make_unique<ScriptReader>(table, script_->now().at(table.name), Here()));
  }

 private:
  void ServeRepair(const core::RepairOrder& order) {
    core::RepairDone done;
    for (const std::string& table : tables_) {
      if (script_->Id(table) != order.table) continue;
      std::vector<conformance::Change> changes;
      for (uint32_t row = 0; order.keys && row < order.keys->rows; ++row) {
        const int64_t key = order.keys->after[0].cells<int64_t>()[row];
        const auto& rows = script_->now().at(table);
        const auto found = rows.find(key);
        changes.push_back(found == rows.end() ? conformance::Delete(table, key)
                                              : conformance::Upsert(table, key, found->second));
        ++(found == rows.end() ? done.rows_gone : done.rows_read);
      }
      if (!changes.empty()) script_->Repair(table, changes);
      if (order.mark) script_->Mark(table, order.mark->owed);
    }
    done.behind = script_->end();
    order.answer(done);
  }
  static uint64_t Number(const std::string& position) {
    return position.empty() ? 0 : std::stoull(position.substr(1));
  }
  core::Position Here() const {
    if (!script_) return {};
    const core::LogState state = script_->log().State();
    return state.heads.empty() ? core::Position() : state.heads.begin()->second.position;
  }

  std::vector<std::string> tables_;
  core::CaptureObserver* observer_ = nullptr;  // of the running capture; its thread
  bool keep_orders_ = false;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::unique_ptr<conformance::LogScript> script_;
  std::deque<Step> steps_;
  std::deque<Error> failures_;
  std::vector<core::CopyOrder> orders_;
  uint64_t posted_ = 0;
  uint64_t done_ = 0;
  size_t captures_ = 0;
};

}  // namespace renkei::pipeline
