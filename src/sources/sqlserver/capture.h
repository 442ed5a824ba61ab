// Polls a SQL Server into the log until stopped.
#pragma once

#include <stop_token>

#include "core/source.h"
#include "sources/sqlserver/config.h"
#include "sources/sqlserver/view_desk.h"

namespace renkei::sources::sqlserver {

// Blocks; see core::Source::Capture.
Status RunCapture(const Options& options, core::CaptureContext& context, ViewDesk& views,
                  const base::Clock& clock, const std::stop_token& stop);

}  // namespace renkei::sources::sqlserver
