// What a table looks like at a place in its source's log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/strong.h"
#include "core/type.h"

namespace renkei::core {

// Dense numbers given by the capture, per log; a table keeps its number for ever, a schema is never changed
// under its number.
using TableId = base::Strong<struct TableIdTag, uint32_t>;
using SchemaId = base::Strong<struct SchemaIdTag, uint32_t>;
// A table whose rows must be copied anew (and whose name may stay) starts a new generation.
using Generation = base::Strong<struct GenerationTag, uint32_t>;

struct ColumnSchema {
  uint32_t id = 0;  // stable over renames, unique within the table
  std::string name;
  std::string native_type;  // as the source spells it: "int(10) unsigned"
  Type type;
  bool nullable = true;
  bool generated = false;
  std::string charset;  // "" where it has no meaning
  std::string collation;
  uint32_t mask_version = 0;  // 0: not masked
  // What the user told the source about reading it, in the source's own words; "": nothing.
  std::string reading;
  friend bool operator==(const ColumnSchema&, const ColumnSchema&) = default;
};

enum class KeyKind : uint8_t { kNone = 0, kWholeRow = 1, kUnique = 2, kPrimary = 3 };

struct TableSchema {
  TableId table;
  SchemaId id;
  Generation generation{1};
  std::string native_id;  // the source's own number or name of the table
  std::string schema;     // "shop" of shop.orders
  std::string name;       // "orders"
  std::vector<ColumnSchema> columns;
  KeyKind key_kind = KeyKind::kNone;
  std::vector<uint16_t> key;  // places in `columns`, in the key's order
  std::string open;           // the rest as JSON, for what no field stands for yet

  // "shop.orders": the name in messages, patterns and the warehouse.
  std::string qualified_name() const { return schema + "." + name; }
  std::optional<uint16_t> FindColumn(std::string_view column) const;
  friend bool operator==(const TableSchema&, const TableSchema&) = default;
};

}  // namespace renkei::core
