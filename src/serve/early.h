// What SQL is told while a pipeline is still starting: that a table is not there yet, rather than not at all.
#pragma once

#include <string>

#include "base/result.h"
#include "pipeline/pipeline.h"

namespace renkei::serve {

// Of a statement that failed: if it names a table that the warehouse does not have and that is about to be
// copied, or may be once its source has told its tables, an error that says so; else `error` itself.
Error ExplainEarly(const pipeline::Pipeline& pipeline, const Error& error);

// The warehouse of the sink is not open: why.
Error NotOpen(const pipeline::Pipeline& pipeline, const std::string& sink);

}  // namespace renkei::serve
