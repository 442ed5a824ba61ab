// RowPlan: how the rows of one table are taken out of rows events, one decoder function a column, made once
// for each table map. Immutable; threads may share it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/column.h"
#include "core/schema.h"
#include "sources/mysql/binlog/table_map.h"
#include "sources/mysql/values/column_type.h"

namespace renkei::sources::mysql::binlog {

// The bytes still to be read of an event.
struct Cursor {
  const uint8_t* at = nullptr;
  const uint8_t* end = nullptr;
  size_t left() const { return static_cast<size_t>(end - at); }
};

enum class Outcome : uint8_t {
  kOk,
  kTruncated,   // the event ends inside the cell
  kUnreadable,  // the cell is whole, but no value of the column's type
};

struct ColumnPlan;
// Takes one cell: moves the cursor over it and appends it to the builder, unless the answer is not kOk; the
// builder then has no new cell. An unreadable cell is passed over.
using DecodeCell = Outcome (*)(const ColumnPlan& plan, Cursor& cursor, core::ColumnBuilder& out);
// Only moves the cursor; false where the event ends inside the cell.
using SkipCell = bool (*)(const ColumnPlan& plan, Cursor& cursor);

struct ColumnPlan {
  DecodeCell decode = nullptr;
  SkipCell skip = nullptr;
  uint32_t width = 0;   // bytes of a cell; of its length where it varies
  uint32_t pad_to = 0;  // BINARY and its like: bytes of the whole value
  uint8_t fraction_bytes = 0;
  values::ColumnType type;
};

struct RowPlan {
  std::vector<ColumnPlan> columns;
  std::vector<uint16_t> key;       // places in `columns`, in the key's order
  std::vector<int16_t> key_place;  // a column: its place in `key`, -1 if none
  size_t value_max = SIZE_MAX;     // bytes of a cell in the event
};

// The name of a collation's character set; "" if unknown.
using CharsetOfCollation = std::function<std::string_view(uint16_t collation)>;

struct PlanResult {
  std::optional<RowPlan> plan;
  std::string difference;  // if none: how the table at this place of the log differs from the schema
};

// Compares the table map with the schema in force (count, names, types, signedness, character sets) and makes
// the plan if they agree. The members of ENUM and SET are the map's own, so that an ALTER of these needs
// nothing more; in a key, whose order they decide, they must be the schema's. The map must have full
// metadata.
PlanResult MakeRowPlan(const core::TableSchema& schema, const TableMap& map,
                       const CharsetOfCollation& charset_of);

// The decoder for a column of this type; made here, defined in row_cells.cc.
ColumnPlan PlanColumn(const values::ColumnType& type, const WireColumn& wire);

}  // namespace renkei::sources::mysql::binlog
