// Which changes of a column's type keep every stored value.
#pragma once

#include "core/schema.h"

namespace renkei::sources::mysql {

// Every value of the column before is the same value afterwards. In a key, whose order counts too, only the
// same type or a wider integer.
bool KeepsValues(const core::ColumnSchema& before, const core::ColumnSchema& after, bool in_key);

}  // namespace renkei::sources::mysql
