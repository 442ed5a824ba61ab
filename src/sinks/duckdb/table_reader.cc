#include "sinks/duckdb/table_reader.h"

#include <fmt/format.h>

#include "core/batch_builder.h"
#include "duckdb/sql_text.h"
#include "sinks/duckdb/state_tables.h"
#include "sinks/duckdb/table_writer.h"

namespace renkei::sinks::duckdb {

namespace {

using renkei::duckdb::Connection;
using renkei::duckdb::Database;
using renkei::duckdb::QuoteName;
using renkei::duckdb::Rows;

class Reader final : public core::TableReader {
 public:
  Reader(std::shared_ptr<Database> database, std::unique_ptr<Connection> connection, StoredTable table)
      : database_(std::move(database)),
        connection_(std::move(connection)),
        table_(std::move(table)),
        schema_(table_.StoredSchema()) {}

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
    return fmt::format("SELECT {} FROM _renkei.{}", columns, QuoteName(table_.storage));
  }

  std::shared_ptr<Database> database_;
  std::unique_ptr<Connection> connection_;
  StoredTable table_;
  core::TableSchema schema_;  // of the rows it gives
  core::Position position_;
  std::unique_ptr<Rows> rows_;
};

}  // namespace

Result<std::unique_ptr<core::TableReader>> OpenReader(std::shared_ptr<Database> database,
                                                      const std::string& source, const std::string& table) {
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, database->Connect());
  // BEGIN pins nothing; the first SELECT does, here the one that looks the table up.
  RETURN_IF_ERROR(connection->Execute("BEGIN TRANSACTION READ ONLY"));
  ASSIGN_OR_RETURN(StoredTable stored, LoadVisible(*connection, source, table));
  return std::unique_ptr<core::TableReader>(
      new Reader(std::move(database), std::move(connection), std::move(stored)));
}

}  // namespace renkei::sinks::duckdb
