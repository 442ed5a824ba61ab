// The cases of the sink suite, by what they are about.
#pragma once

#include <vector>

#include "tests/conformance/log_script.h"
#include "tests/conformance/sink_driver.h"
#include "tests/conformance/sink_suite.h"
#include "tests/doubles/memory_hub.h"

namespace renkei::conformance {

// What most cases start with: a log, an opened sink on the harness's destination, and the driver between.
class SinkStage {
 public:
  SinkStage(SinkHarness& harness, Verdict& verdict, const std::vector<std::string>& tables = {"a", "b"});

  // Another sink object on the same destination, as after a restart.
  void Restart();

  doubles::MemoryHub hub;
  core::Log& log;
  LogScript script;

 private:
  SinkHarness& harness_;
  Verdict& verdict_;
  std::unique_ptr<core::Sink> sink_;

 public:
  SinkDriver driver;
};

std::vector<SinkCase> SinkStreamCases();    // changes of live tables
std::vector<SinkCase> SinkCopyCases();      // copies, flips, gaps
std::vector<SinkCase> SinkKeylessCases();   // tables whose rows are known by all of their cells
std::vector<SinkCase> SinkRestartCases();   // restarts, failures, replays
std::vector<SinkCase> SinkSurpriseCases();  // random logs and cuts

}  // namespace renkei::conformance
