// The schema that a table has after an ALTER TABLE, where every clause of it keeps each stored value: a
// change in place (core::SchemaChange). Everything else is left to a new copy.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/change_set.h"
#include "sources/mysql/readings.h"

namespace renkei::sources::mysql {

// What a statement's meaning depends on beside its text.
struct StatementContext {
  bool mariadb = true;
  std::map<std::string, std::string> default_collations;  // by character set
  const Readings* readings = nullptr;
  // Of the session, as far as the log says it.
  std::optional<uint64_t> sql_mode;
  bool is_utf8 = false;  // the statement's text
};

struct Derivation {
  // The table afterwards, but for its id. Equal to the one before where no column changed.
  std::optional<core::TableSchema> schema;
  std::vector<core::ColumnFill> fills;
  std::string refusal;  // if no schema: what is not proven to keep the values
};

Derivation DeriveSchema(const core::TableSchema& table, std::string_view statement,
                        const StatementContext& context);

}  // namespace renkei::sources::mysql
