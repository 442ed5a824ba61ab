// What may go from a hub's disk.
//
// A segment goes when it is older than the retention and every subscription of its log has read it; or,
// whatever its age and readers, as the oldest one while the hub is larger than its bound. The newest segment
// of a log never goes, nor one whose parts the next segment's transactions still name. The rows of a copy go
// when all whom it is for have read past its end, or the log no longer reaches back to that end.
#pragma once

#include <vector>

#include "hub/embedded/cursors.h"
#include "hub/embedded/log.h"

namespace renkei::hub::embedded {

// Subscriptions whose unread segments went are reported as lost.
Status RemoveWhatMayGo(base::io::FileSystem& files, const std::vector<EmbeddedLog*>& logs,
                       const Cursors& cursors, base::WallTime now, const HubOptions& options);

}  // namespace renkei::hub::embedded
