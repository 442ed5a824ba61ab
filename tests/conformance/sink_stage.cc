#include "tests/conformance/sink_cases.h"

namespace renkei::conformance {

namespace {

core::Log& Opened(doubles::MemoryHub& hub) {
  const Result<core::Log*> log = hub.OpenLog("shop");
  CHECK(log.ok());
  return **log;
}

}  // namespace

SinkStage::SinkStage(SinkHarness& harness, Verdict& verdict, const std::vector<std::string>& tables)
    : log(Opened(hub)),
      script(log, tables),
      harness_(harness),
      verdict_(verdict),
      sink_(harness.Make()),
      driver(*sink_, script, verdict) {
  verdict_.Ok(sink_->Open(), "the sink opens");
}

void SinkStage::Restart() {
  sink_.reset();
  sink_ = harness_.Make();
  verdict_.Ok(sink_->Open(), "the sink opens again");
  driver.Use(*sink_);
}

std::vector<SinkCase> SinkCases() {
  std::vector<SinkCase> all;
  for (const auto& part :
       {SinkStreamCases(), SinkCopyCases(), SinkKeylessCases(), SinkRestartCases(), SinkSurpriseCases()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace renkei::conformance
