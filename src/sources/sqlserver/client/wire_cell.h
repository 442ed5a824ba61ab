// Cells out of db-lib's structures.
#pragma once

#include <cstdint>

#include "sources/sqlserver/client/cell.h"

namespace renkei::sources::sqlserver::client {

// `type`: as dbcoltype gives it; `data`: null for NULL.
Cell ReadCell(int type, const uint8_t* data, int length);

}  // namespace renkei::sources::sqlserver::client
