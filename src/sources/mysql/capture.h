// One capture of a MySQL-like source: connects, proves that the history is ours, streams, copies tables,
// until it is told to stop or fails.
#pragma once

#include <stop_token>

#include "base/clock.h"
#include "core/source.h"
#include "sources/mysql/config.h"

namespace renkei::sources::mysql {

// Blocks; the calling thread is the capture thread. Success once stop is requested.
Status RunCapture(const Options& options, core::CaptureContext& context, const base::Clock& clock,
                  std::stop_token stop);

}  // namespace renkei::sources::mysql
