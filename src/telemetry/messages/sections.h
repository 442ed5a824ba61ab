// The sections of the message table, one file a room. Rows stand by number inside the room's range; the
// numbers are those of the room's codes.h, which telemetry can not include (includes point towards base).
#pragma once

#include <span>

#include "telemetry/message.h"

namespace renkei::telemetry {

std::span<const Message> IoMessages();         // 1000-1099
std::span<const Message> ConfigMessages();     // 1100-1199
std::span<const Message> CliMessages();        // 1200-1299
std::span<const Message> SourceMessages();     // 2000-2099
std::span<const Message> MysqlMessages();      // 2100-2199
std::span<const Message> SqlServerMessages();  // 2200-2299
std::span<const Message> HubMessages();        // 3000-3999
std::span<const Message> DuckdbMessages();     // 4000-4099
std::span<const Message> SinksMessages();      // 4100-4999
std::span<const Message> PipelineMessages();   // 5000-5999
std::span<const Message> VerifyMessages();     // 6000-6999
std::span<const Message> WarehouseMessages();  // 7000-7999
std::span<const Message> ServeMessages();      // 8000-8999

}  // namespace renkei::telemetry
