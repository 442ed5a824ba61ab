#include "sinks/duckdb/table_reader.h"

#include <fmt/format.h>

#include "core/batch_builder.h"
#include "core/canonical.h"
#include "duckdb/appender.h"
#include "duckdb/sql_text.h"
#include "sinks/duckdb/state_tables.h"
#include "sinks/duckdb/table_writer.h"

namespace renkei::sinks::duckdb {

namespace {

using renkei::duckdb::AppendColumn;
using renkei::duckdb::Appender;
using renkei::duckdb::Connection;
using renkei::duckdb::Database;
using renkei::duckdb::QuoteName;
using renkei::duckdb::Rows;

class Reader final : public core::TableReader {
 public:
  // `condition`: "" or a WHERE.
  Reader(std::shared_ptr<Database> database, std::unique_ptr<Connection> connection, StoredTable table,
         std::string condition)
      : database_(std::move(database)),
        connection_(std::move(connection)),
        table_(std::move(table)),
        schema_(table_.StoredSchema()),
        condition_(std::move(condition)) {}

  const core::TableSchema& schema() const override { return schema_; }
  const core::Position& position() const override { return position_; }

  Result<std::optional<core::Batch>> Next() override {
    if (rows_ == nullptr) {
      ASSIGN_OR_RETURN(const auto prepared, connection_->Prepare(Statement()));
      ASSIGN_OR_RETURN(rows_, prepared.Stream());
    }
    auto count = rows_->Next();
    if (!count.ok()) return InTable(count.error(), table_);
    if (*count == 0) return std::optional<core::Batch>();
    core::Batch batch;
    batch.table = table_.schema.table;
    batch.schema = table_.schema.id;
    batch.generation = table_.schema.generation;
    batch.rows = static_cast<uint32_t>(*count);
    for (size_t i = 0; i < schema_.columns.size(); ++i) {
      core::ColumnBuilder column(schema_.columns[i].type);
      if (Status status = rows_->CopyColumn(i, column); !status.ok()) return InTable(status.error(), table_);
      batch.after.push_back(column.Finish());
    }
    return std::optional<core::Batch>(std::move(batch));
  }

 private:
  std::string Statement() const {
    std::string columns;
    for (const std::string& column : table_.columns) {
      if (column.empty()) continue;
      if (!columns.empty()) columns += ", ";
      columns += QuoteName(column);
    }
    return fmt::format("SELECT {} FROM _renkei.{}{}", columns, QuoteName(table_.storage), condition_);
  }

  std::shared_ptr<Database> database_;
  std::unique_ptr<Connection> connection_;
  StoredTable table_;
  core::TableSchema schema_;  // of the rows it gives
  const std::string condition_;
  core::Position position_;
  std::unique_ptr<Rows> rows_;
};

// Puts the values wanted into a table of the connection's own; the condition that a row has one of them. ""
// if they cannot be compared here: then all rows are wanted.
Result<std::string> PrepareFilter(Connection& connection, const StoredTable& table,
                                  const core::RowFilter& wanted) {
  std::string names;
  std::vector<core::ColumnBuilder> builders;
  std::vector<AppendColumn> appended;
  for (const std::string& name : wanted.columns) {
    const auto place = table.schema.FindColumn(name);
    if (!place || table.columns[*place].empty()) return std::string();
    names += (names.empty() ? "" : ", ") + QuoteName(table.columns[*place]);
    builders.emplace_back(table.schema.columns[*place].type);
    appended.push_back({table.columns[*place], table.schema.columns[*place].type});
  }
  for (const std::vector<std::string>& row : wanted.values) {
    for (size_t i = 0; i < builders.size(); ++i) {
      if (!core::ParseCanonical(row[i], builders[i])) return std::string();
    }
  }
  std::vector<core::Column> columns;
  for (core::ColumnBuilder& builder : builders) columns.push_back(builder.Finish());
  std::vector<const core::Column*> run;
  for (const core::Column& column : columns) run.push_back(&column);
  RETURN_IF_ERROR(connection.Execute(fmt::format(
      "CREATE TEMP TABLE wanted AS SELECT {} FROM _renkei.{} LIMIT 0", names, QuoteName(table.storage))));
  ASSIGN_OR_RETURN(auto appender,
                   Appender::ToStatement(connection, "INSERT INTO temp.wanted SELECT * FROM appended_data",
                                         std::move(appended)));
  RETURN_IF_ERROR(appender.Append({run, 0, static_cast<uint32_t>(wanted.values.size())}));
  RETURN_IF_ERROR(appender.Close());
  return fmt::format(" WHERE ({}) IN (SELECT {} FROM temp.wanted)", names, names);
}

}  // namespace

Result<std::unique_ptr<core::TableReader>> OpenReader(std::shared_ptr<Database> database,
                                                      const std::string& source, const std::string& table,
                                                      const core::RowFilter* wanted) {
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, database->Connect());
  std::string condition;
  if (wanted != nullptr) {
    ASSIGN_OR_RETURN(const StoredTable stored, LoadVisible(*connection, source, table));
    ASSIGN_OR_RETURN(condition, PrepareFilter(*connection, stored, *wanted));
  }
  // BEGIN pins nothing; the first SELECT does, here the one that looks the table up.
  RETURN_IF_ERROR(connection->Execute("BEGIN TRANSACTION READ ONLY"));
  ASSIGN_OR_RETURN(StoredTable stored, LoadVisible(*connection, source, table));
  return std::unique_ptr<core::TableReader>(
      new Reader(std::move(database), std::move(connection), std::move(stored), std::move(condition)));
}

}  // namespace renkei::sinks::duckdb
