// Messages 7000-7999: the warehouse.
#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

std::span<const Message> WarehouseMessages() { return {}; }

}  // namespace renkei::telemetry
