// What the hub suite's cases start with: an opened hub, its log of "shop", and readings of it as text.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/conformance/hub_suite.h"
#include "tests/conformance/samples.h"

namespace renkei::conformance {

class HubStage {
 public:
  HubStage(HubHarness& harness, Verdict& verdict);
  ~HubStage();

  core::Hub& hub() { return *hub_; }
  core::Log& log() { return *log_; }
  // The open writer, opened at need.
  core::LogWriter& writer();
  void CloseWriter() { writer_.reset(); }
  // Closes everything and opens it again.
  void Restart();
  void Crash();

  // Appends the sets from..to of the numbered history and syncs.
  void Append(uint64_t from, uint64_t to);
  // All entries from the address on, with the checks that hold for any reading: addresses join, epochs and
  // hub times do not go back, the reader's position ends at the durable end.
  std::vector<core::Entry> Read(const core::ReadOptions& options = {});
  // "0-1-1 0-1-2": the transactions of the entries.
  static std::string Names(const std::vector<core::Entry>& entries);
  static std::string Names(uint64_t from, uint64_t to);

 private:
  void Open();

  HubHarness& harness_;
  Verdict& verdict_;
  std::unique_ptr<core::Hub> hub_;
  core::Log* log_ = nullptr;
  std::unique_ptr<core::LogWriter> writer_;
};

std::vector<HubCase> HubAppendCases();  // what is appended, refused and read
std::vector<HubCase> HubCrashCases();   // restarts and crashes

}  // namespace renkei::conformance
