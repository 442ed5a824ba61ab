// FreshnessMeter: after a cycle, how long each of its rows took from its commit to being visible.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/sink.h"
#include "pipeline/status_board.h"

namespace renkei::pipeline {

// Counts main's rows of the tables that were live before the cycle. `visible` is the wall clock after the
// cycle's commit.
void MeasureFreshness(const std::string& sink, const std::vector<core::Slice>& slices,
                      const std::vector<core::SinkTable>& before, const core::CycleReport& report,
                      base::WallTime visible, StatusBoard& board);

}  // namespace renkei::pipeline
