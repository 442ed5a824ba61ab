// For tests: a pipeline over doubles, and ways to wait for it.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/io/system_clock.h"
#include "pipeline/pipeline.h"
#include "pipeline/testing/script_source.h"
#include "tests/conformance/sink_driver.h"
#include "tests/doubles/memory_hub.h"
#include "tests/doubles/memory_sink.h"

namespace renkei::pipeline {

// A hub that outlives the pipelines that own one.
class BorrowedHub final : public core::Hub {
 public:
  explicit BorrowedHub(core::Hub& hub) : hub_(hub) {}
  core::HubCapabilities capabilities() const override { return hub_.capabilities(); }
  Result<core::Log*> OpenLog(const std::string& source) override { return hub_.OpenLog(source); }
  Status Acknowledge(const std::string& subscription, const std::string& source,
                     core::Address address) override {
    return hub_.Acknowledge(subscription, source, address);
  }
  Result<std::optional<core::Address>> Cursor(const std::string& subscription,
                                              const std::string& source) override {
    return hub_.Cursor(subscription, source);
  }
  Status ApplyRetention() override { return hub_.ApplyRetention(); }

 private:
  core::Hub& hub_;
};

class Stage : public testing::Test {
 protected:
  using Destination = std::shared_ptr<doubles::MemoryDestination>;

  // Before Start: a sink, by default a MemorySink on `destinations_[name]`.
  void AddSink(const std::string& name, std::unique_ptr<core::Sink> sink = nullptr) {
    Destination& destination = destinations_[name];
    if (!destination) destination = std::make_shared<doubles::MemoryDestination>();
    if (!sink) sink = std::make_unique<doubles::MemorySink>(name, destination);
    sinks_.push_back({.name = name, .type = "memory", .sink = std::move(sink), .pacing = {.apply_cpu = 1.0}});
  }

  void Start(std::unique_ptr<ScriptSource> source) {
    source_ = source.get();
    Parts parts;
    parts.hub = std::make_unique<BorrowedHub>(hub_);
    parts.sources.push_back({.name = "shop", .type = "script", .source = std::move(source)});
    for (const SinkPart& sink : sinks_) parts.routes.push_back({.sink = sink.name, .from = {}});
    parts.sinks = std::exchange(sinks_, {});
    parts.backoff = {.first = std::chrono::milliseconds(1), .longest = std::chrono::milliseconds(5)};
    parts.open_patience = std::chrono::milliseconds(50);
    pipeline_ = std::make_unique<Pipeline>(std::move(parts), clock_, journal_);
    pipeline_->Start();
  }
  void Stop() {
    ASSERT_TRUE(pipeline_->Stop(std::chrono::seconds(30)));
    pipeline_.reset();
  }
  void TearDown() override {
    if (pipeline_) Stop();
    if (HasFailure()) std::cerr << lines_;
  }

  // Waits until the condition holds; false after half a minute.
  bool Await(const std::function<bool()>& condition) {
    const base::MonoTime began = clock_.mono();
    for (uint64_t seen = pipeline_->changes().count(); !condition();) {
      if (base::MicrosBetween(began, clock_.mono()) > 30 * base::kMicrosPerSecond) return false;
      seen = pipeline_->changes().WaitBeyond(seen, std::chrono::milliseconds(5));
    }
    return true;
  }
  bool Shows(const std::string& sink, const std::string& table, const conformance::Rows& rows) {
    const auto read = conformance::ReadTable(*pipeline_->FindSink(sink), "shop", table);
    return read.ok() && *read == conformance::Expected(rows);
  }
  bool AwaitRows(const std::string& sink, const std::string& table) {
    conformance::Rows rows;
    source_->Run([&](conformance::LogScript& script) { rows = script.now().at(table); });
    return Await([&] { return Shows(sink, table, rows); });
  }
  RunState SinkState(const std::string& name) const {
    for (const SinkStatus& sink : pipeline_->Read().sinks) {
      if (sink.name == name) return sink.state;
    }
    return RunState::kStarting;
  }
  TableStatus Table(const std::string& sink, const std::string& table) const {
    for (const TableStatus& status : pipeline_->Read().tables) {
      if (status.sink == sink && status.table == conformance::LogScript::Qualified(table)) return status;
    }
    return {};
  }

  base::io::SystemClock clock_;
  std::mutex lines_mutex_;
  std::string lines_;
  telemetry::Journal journal_{clock_,
                              [this](std::string_view line) {
                                std::lock_guard lock(lines_mutex_);
                                lines_ += line;
                              },
                              {}};
  doubles::MemoryHub hub_;
  std::map<std::string, Destination> destinations_;
  std::vector<SinkPart> sinks_;
  ScriptSource* source_ = nullptr;
  std::unique_ptr<Pipeline> pipeline_;
};

}  // namespace renkei::pipeline
