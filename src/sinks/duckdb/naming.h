// How tables and columns are called in the warehouse: as at the source. DuckDB keeps no two names apart that
// differ by case only; of such names the first keeps its own, every other gets two underscores and eight
// hexadecimal digits, a hash of its exact spelling, so that it is the same in every file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/schema.h"
#include "sinks/duckdb/stored_tables.h"

namespace renkei::sinks::duckdb {

// "Orders" -> "Orders__5f2a90c1".
std::string Distinguished(std::string_view name);

// kReservedSchema if a table of this name ("shop.orders") can not be held.
std::optional<Error> RefuseName(const std::string& table);

// The columns' names in the warehouse, in order.
std::vector<std::string> ChooseColumns(const core::TableSchema& schema, std::vector<Error>& notices);
// The layout of a storage table for the schema.
std::vector<StoredColumn> ChooseLayout(const core::TableSchema& schema, std::vector<Error>& notices);
// A name in storage that no column of the layout has.
std::string ChooseStored(const std::vector<StoredColumn>& layout, const std::string& name);
// Gives the columns the names that people see: the schema's own, and to a dropped column whose name another
// has by now `<name>__dropped_<n>`.
void ChooseShown(StoredTable& version, std::vector<Error>& notices);

// Fills in view_schema, view_name, layout, columns and storage of a version whose source, schema and snapshot
// are set. Each rename adds a kRenamed or kColumnRenamed to the notices. Errors: kReservedSchema, kNameTaken
// (a table of another source has the name).
Status ChooseNames(const StoredTables& tables, StoredTable& version, std::vector<Error>& notices);

}  // namespace renkei::sinks::duckdb
