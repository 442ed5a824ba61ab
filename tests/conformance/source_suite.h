// The cases of the source suite and what they need of a source. A plug-in's test includes
// source_conformance.h.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/source.h"
#include "tests/conformance/log_script.h"
#include "tests/conformance/verdict.h"

namespace renkei::conformance {

// One database with the empty tables shop.a and shop.b: `id` bigint, the primary key, and `v`, a text that
// may be NULL. All calls from one thread but Commit, which the suite's load thread uses meanwhile.
class SourceHarness {
 public:
  virtual ~SourceHarness() = default;
  // A source that captures both tables. The one made before is gone.
  virtual std::unique_ptr<core::Source> Make() = 0;
  // One transaction of inserts, updates and deletes.
  virtual void Commit(const std::vector<Change>& changes) = 0;
  // All rows as they are now.
  virtual Tables Truth() = 0;
  // Breaks the connections that the source has; its capture may end with an error, or reconnect by itself.
  virtual void CutConnections() = 0;
};

struct SourceCase {
  std::string name;
  std::function<void(SourceHarness&, Verdict&)> run;
};
std::vector<SourceCase> SourceCases();

using MakeSourceHarness = std::function<std::unique_ptr<SourceHarness>()>;

}  // namespace renkei::conformance
