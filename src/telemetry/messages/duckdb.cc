// Messages 4000-4099: DuckDB.
#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

std::span<const Message> DuckdbMessages() { return {}; }

}  // namespace renkei::telemetry
