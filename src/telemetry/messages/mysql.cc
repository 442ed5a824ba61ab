// Messages 2100-2199: MySQL and MariaDB.
#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

std::span<const Message> MysqlMessages() { return {}; }

}  // namespace renkei::telemetry
