// Schema changes in place: what a column that is added, dropped, renamed or widened at the source does to a
// storage table and to what people see of it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "core/change_set.h"
#include "duckdb/connection.h"
#include "sinks/duckdb/config.h"
#include "sinks/duckdb/stored_tables.h"

namespace renkei::sinks::duckdb {

// Makes the storage ready for changes of its table that are still to come in this cycle, in their order:
// columns are added, with the values that rows written until then have in them, and widened. Must come before
// anything of the storage is deleted in the transaction: DuckDB commits no change of a table's definition
// after that. Adds the columns to the layout.
Status PrepareStorage(renkei::duckdb::Connection& connection,
                      const std::vector<const core::SchemaChange*>& changes, SchemaChanges mode,
                      StoredTable& table);

// The change is there: from now on rows have the new schema. The view is to be made anew.
void Evolve(const core::TableSchema& schema, SchemaChanges mode, StoredTable& table,
            std::vector<Error>& notices);

// A new copy brings the columns only that people see already.
void LeaveOutNewColumns(const StoredTable& shown, StoredTable& version);

// The schema of another generation, its columns with the numbers that those of the same name have.
core::TableSchema SameNumbers(const core::TableSchema& before, core::TableSchema after);

// What the change does to the columns that a sink stores, for people; "" if nothing.
std::string ShowColumnChanges(const core::TableSchema& before, const core::TableSchema& after);

}  // namespace renkei::sinks::duckdb
