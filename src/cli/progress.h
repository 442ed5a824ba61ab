// What `run` shows while it runs: on a terminal one line, otherwise a line of the journal now and then.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "cli/session.h"

namespace renkei::cli {

class Progress {
 public:
  Progress(Session& session, const Invocation& invocation);
  // Called about once a second.
  void Show();

 private:
  Error Describe(const pipeline::PipelineStatus& status);

  Session& session_;
  const Invocation& invocation_;
  base::MonoTime journalled_;
  base::MonoTime counted_at_;
  uint64_t counted_rows_ = 0;
};

}  // namespace renkei::cli
