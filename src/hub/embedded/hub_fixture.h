// For the room's tests: a hub on a disk in memory, and its log of "shop".
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/io/memory_file_system.h"
#include "hub/embedded/codes.h"
#include "hub/embedded/hub.h"
#include "tests/conformance/samples.h"

namespace renkei::hub::embedded {

using conformance::SamplePosition;
using conformance::SampleRows;
using conformance::SampleSchema;
using conformance::SampleSet;

class HubFixture : public testing::Test {
 protected:
  static constexpr const char* kFolder = "/data/hub/shop";

  // Opens the hub (again); the error if hub or log can not be opened.
  Status Open() {
    hub_.reset();
    log_ = nullptr;
    HubOptions options = options_;
    options.folder = "/data/hub";
    options.report = [this](const Error& error) { reports_.push_back(error.code()); };
    ASSIGN_OR_RETURN(hub_, EmbeddedHub::Open(*files_, clock_, options));
    ASSIGN_OR_RETURN(log_, hub_->OpenLog("shop"));
    return {};
  }
  void MustOpen() {
    const Status opened = Open();
    ASSERT_TRUE(opened.ok()) << opened.error().Debug();
  }
  std::unique_ptr<core::LogWriter> Writer() {
    Result<std::unique_ptr<core::LogWriter>> writer = log_->OpenWriter();
    EXPECT_TRUE(writer.ok()) << writer.error().Debug();
    return std::move(*writer);
  }
  // The sets from..to of the numbered history, each synced alone.
  void Append(uint64_t from, uint64_t to, size_t value_bytes = 8) {
    auto writer = Writer();
    for (uint64_t number = from; number <= to; ++number) {
      const auto result = writer->Append(SampleSet({.number = number, .value_bytes = value_bytes}));
      ASSERT_TRUE(result.ok()) << result.error().Debug();
      ASSERT_TRUE(result->appended);
      ASSERT_TRUE(writer->Sync().ok());
    }
  }
  // All entries from an address, or the error that stopped the reading.
  Result<std::vector<core::Entry>> Read(const core::ReadOptions& options = {}) {
    ASSIGN_OR_RETURN(auto reader, log_->OpenReader(options));
    std::vector<core::Entry> entries;
    while (true) {
      ASSIGN_OR_RETURN(std::optional<core::Entry> entry, reader->Next());
      if (!entry.has_value()) return entries;
      entries.push_back(std::move(*entry));
    }
  }
  size_t Count(const core::ReadOptions& options = {}) {
    const auto entries = Read(options);
    EXPECT_TRUE(entries.ok()) << entries.error().Debug();
    return entries.ok() ? entries->size() : 0;
  }
  std::vector<std::string> Segments() {
    std::vector<std::string> names;
    for (const std::string& name : *files_->List(kFolder)) {
      if (name.ends_with(".log")) names.push_back(std::string(kFolder) + "/" + name);
    }
    return names;
  }
  uint64_t SizeOf(const std::string& path) {
    return *(*files_->Open(path, base::io::OpenMode::kRead))->Size();
  }
  bool Reported(Code code) const {
    return std::find(reports_.begin(), reports_.end(), code) != reports_.end();
  }

  HubOptions options_;
  base::ManualClock clock_;
  std::unique_ptr<base::io::MemoryFileSystem> files_ = std::make_unique<base::io::MemoryFileSystem>();
  std::vector<Code> reports_;
  std::unique_ptr<EmbeddedHub> hub_;
  core::Log* log_ = nullptr;
};

}  // namespace renkei::hub::embedded
