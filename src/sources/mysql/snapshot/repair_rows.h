// The Repair that a read of keys comes to.
#pragma once

#include "core/change_set.h"
#include "core/repair_order.h"
#include "sources/mysql/snapshot/touched_keys.h"

namespace renkei::sources::mysql::snapshot {

// keys[from, end) were asked for, `found` are the rows the source has of them: upserts of the rows, deletes
// of the keys that have none, and nothing of the keys touched since. `done` counts.
core::Batch RepairOf(const core::TableSchema& schema, const core::Batch& keys, uint32_t from, uint32_t end,
                     const core::Batch& found, const KeySet& touched, core::RepairDone& done);

}  // namespace renkei::sources::mysql::snapshot
