// Opens what a log left on disk, after a clean stop or after a crash at any instant.
//
// Only the last segment can be unfinished. Where its frames stop being whole, what follows is a torn tail and
// is cut, unless a later frame says that it had been durable there: then it is damage, and an error that
// names file and byte (CORE 3). Nothing that was ever durable is cut.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hub/embedded/segment.h"
#include "hub/embedded/state_frame.h"

namespace renkei::hub::embedded {

using Report = std::function<void(const Error&)>;

struct RecoveredLog {
  core::LogId id;                    // empty: there is no log yet
  std::vector<SegmentPtr> segments;  // in order, all ended
  LogSummary summary;
  core::Address end;
  core::Epoch last_epoch;
  base::WallTime last_time;
  uint64_t last_number = 0;  // of any segment file that was there
};

// Afterwards the files hold exactly what is said, durably.
Result<RecoveredLog> RecoverLog(base::io::FileSystem& files, const std::string& folder, const Report& report);

}  // namespace renkei::hub::embedded
