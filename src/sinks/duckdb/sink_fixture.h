// The sink "w" on a file of its own, fed from a scripted log with the tables shop.orders (1) and shop.items
// (2).
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "sinks/duckdb/codes.h"
#include "sinks/duckdb/scripted_log.h"
#include "sinks/duckdb/sink.h"

namespace renkei::sinks::duckdb {

using core::Operation;
using core::SinkTableState;

class DuckdbSinkTest : public ::testing::Test {
 protected:
  DuckdbSinkTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "renkei-sink-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    Reopen();
    log_.AddSchema(ScriptedSchema(1, "shop", "orders", 1));
    log_.AddSchema(ScriptedSchema(2, "shop", "items", 2));
  }
  ~DuckdbSinkTest() override {
    sink_.reset();
    std::filesystem::remove_all(folder_);
  }

  void Reopen(std::chrono::milliseconds recovery_target = std::chrono::seconds(10)) {
    sink_.reset();
    sink_ = MakeSink(recovery_target);
    const Status status = sink_->Open();
    ASSERT_TRUE(status.ok()) << status.error().Debug();
  }
  std::unique_ptr<DuckdbSink> MakeSink(std::chrono::milliseconds recovery_target) {
    Options options;
    options.path.text = folder_ + "/w.duckdb";
    options.threads = 2;
    options.recovery_target = recovery_target;
    return std::make_unique<DuckdbSink>("w", options, std::set<std::string>{"shop"});
  }
  // Applies everything up to the addresses in one cycle.
  Result<core::CycleReport> Apply(std::optional<core::Address> main_to = {},
                                  std::optional<core::Address> copy_to = {}) {
    return sink_->Apply({log_.Cut(sink_->Cursor("shop"), main_to, copy_to)});
  }
  void MustApply() {
    const auto report = Apply();
    ASSERT_TRUE(report.ok()) << report.error().Debug();
  }
  // Copies the tables whole and shows them.
  void CopyTables(std::vector<uint32_t> tables) {
    for (uint32_t table : tables) {
      const auto snapshot = log_.BeginCopy(table, {"w"});
      log_.Chunk(snapshot, table, INT64_MIN, INT64_MAX);
      log_.EndCopy(snapshot, table);
    }
    MustApply();  // sees the begins
    MustApply();  // copies
  }
  std::optional<ModelTable> Read(const std::string& table) {
    auto reader = sink_->OpenTableReader("shop", table);
    if (!reader.ok()) {
      CHECK_EQ(reader.error().code().number, kNotLive.number);
      return std::nullopt;
    }
    return ReadAll(**reader);
  }
  ModelTable AtCursor(uint32_t table) {
    Model model = log_.models.at(sink_->Cursor("shop")->main.offset.value);
    return model[table];
  }

  static RowChange Insert(uint32_t table, int64_t tenant, const std::string& id, int64_t amount = 1) {
    return {table, Operation::kInsert, {}, {tenant, id}, {"n" + id, amount}};
  }
  static RowChange Update(uint32_t table, ModelKey before, ModelKey after, int64_t amount) {
    return {table, Operation::kUpdate, before, after, {std::nullopt, amount}};
  }
  static RowChange Delete(uint32_t table, ModelKey before) {
    return {table, Operation::kDelete, before, {}, {}};
  }

  std::string folder_;
  ScriptedLog log_;
  std::unique_ptr<DuckdbSink> sink_;
};

}  // namespace renkei::sinks::duckdb
