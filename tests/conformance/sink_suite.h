// The cases of the sink suite and what they need of a sink. A plug-in's test includes sink_conformance.h.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/sink.h"
#include "tests/conformance/verdict.h"

namespace renkei::conformance {

// One destination, empty at first, and the sinks that are opened on it one after the other.
class SinkHarness {
 public:
  virtual ~SinkHarness() = default;
  // A sink on the destination, called kSinkName (as CopyBegin addresses it), not yet opened. The one made
  // before is gone.
  virtual std::unique_ptr<core::Sink> Make() = 0;
  // A second destination for the same kind of sink, empty.
  virtual std::unique_ptr<SinkHarness> Another() = 0;
};

inline constexpr char kSinkName[] = "warehouse";

struct SinkCase {
  std::string name;
  std::function<void(SinkHarness&, Verdict&)> run;
};
std::vector<SinkCase> SinkCases();

using MakeSinkHarness = std::function<std::unique_ptr<SinkHarness>()>;

}  // namespace renkei::conformance
