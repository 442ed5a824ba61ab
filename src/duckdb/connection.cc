#include "duckdb/connection.h"

#include <duckdb.h>

#include "duckdb/codes.h"
#include "duckdb/error.h"

namespace renkei::duckdb {

namespace {

struct ResultHolder {
  duckdb_result result{};
  ~ResultHolder() { duckdb_destroy_result(&result); }
};

Status Run(duckdb_connection connection, const std::string& sql, ResultHolder& holder) {
  if (duckdb_query(connection, sql.c_str(), &holder.result) == DuckDBSuccess) return {};
  const char* reason = duckdb_result_error(&holder.result);
  return ToError(duckdb_result_error_type(&holder.result), reason == nullptr ? "" : reason);
}

std::string TakeText(duckdb_value value) {
  char* text = duckdb_get_varchar(value);
  std::string taken = text == nullptr ? "" : text;
  duckdb_free(text);
  return taken;
}

}  // namespace

Connection::Connection(ConnectionHandle handle) : handle_(std::move(handle)) {}
Connection::~Connection() = default;

Status Connection::Execute(const std::string& sql) {
  ResultHolder holder;
  return Run(handle_.get(), sql, holder);
}

Result<uint64_t> Connection::ExecuteCounted(const std::string& sql) {
  ResultHolder holder;
  RETURN_IF_ERROR(Run(handle_.get(), sql, holder));
  return duckdb_rows_changed(&holder.result);
}

Result<std::vector<Connection::TextRow>> Connection::QueryText(const std::string& sql) {
  ASSIGN_OR_RETURN(const Prepared prepared, Prepare(sql));
  ASSIGN_OR_RETURN(const std::unique_ptr<Rows> rows, prepared.Stream());
  std::vector<TextRow> all;
  for (;;) {
    ASSIGN_OR_RETURN(const size_t count, rows->Next());
    if (count == 0) return all;
    for (size_t row = 0; row < count; ++row) {
      TextRow& texts = all.emplace_back();
      for (size_t column = 0; column < rows->columns().size(); ++column) {
        texts.push_back(rows->Text(column, row));
      }
    }
  }
}

Result<uint64_t> Connection::CountStatements(const std::string& sql) {
  duckdb_extracted_statements statements = nullptr;
  const idx_t count = duckdb_extract_statements(handle_.get(), sql.c_str(), &statements);
  const char* reason = duckdb_extract_statements_error(statements);
  std::string text = reason == nullptr ? "" : reason;
  duckdb_destroy_extracted(&statements);
  if (count == 0) return Error(kBadStatement, {{"reason", text.empty() ? "no statement" : std::move(text)}});
  return count;
}

Result<Prepared> Connection::Prepare(const std::string& sql) {
  duckdb_prepared_statement raw = nullptr;
  const duckdb_state state = duckdb_prepare(handle_.get(), sql.c_str(), &raw);
  StatementHandle handle(raw);
  if (state == DuckDBSuccess) return Prepared(std::move(handle));
  const char* reason = duckdb_prepare_error(handle.get());
  return Error(kBadStatement, {{"reason", reason == nullptr ? "" : reason}});
}

Result<std::vector<std::string>> Connection::TableNames(const std::string& sql) {
  duckdb_value list = duckdb_get_table_names(handle_.get(), sql.c_str(), true);
  std::vector<std::string> names;
  if (list == nullptr) return names;
  const idx_t count = duckdb_get_list_size(list);
  for (idx_t i = 0; i < count; ++i) {
    duckdb_value name = duckdb_get_list_child(list, i);
    names.push_back(TakeText(name));
    duckdb_destroy_value(&name);
  }
  duckdb_destroy_value(&list);
  return names;
}

void Connection::Interrupt() { duckdb_interrupt(handle_.get()); }

Prepared::Prepared(StatementHandle handle) : handle_(std::move(handle)) {}
Prepared::Prepared(Prepared&&) noexcept = default;
Prepared& Prepared::operator=(Prepared&&) noexcept = default;
Prepared::~Prepared() = default;

StatementKind Prepared::kind() const {
  switch (duckdb_prepared_statement_type(handle_.get())) {
    case DUCKDB_STATEMENT_TYPE_SELECT:
      return StatementKind::kSelect;
    case DUCKDB_STATEMENT_TYPE_EXPLAIN:
      return StatementKind::kExplain;
    default:
      return StatementKind::kOther;
  }
}

std::vector<ColumnInfo> Prepared::columns() const {
  std::vector<ColumnInfo> columns;
  const idx_t count = duckdb_prepared_statement_column_count(handle_.get());
  for (idx_t i = 0; i < count; ++i) {
    const char* name = duckdb_prepared_statement_column_name(handle_.get(), i);
    TypeHandle type(duckdb_prepared_statement_column_logical_type(handle_.get(), i));
    columns.push_back(DescribeColumn(name == nullptr ? "" : name, type.get()));
    duckdb_free(const_cast<char*>(name));
  }
  return columns;
}

Result<std::unique_ptr<Rows>> Prepared::Stream() const { return Rows::Start(handle_.get()); }

Result<std::unique_ptr<WriteTransaction>> WriteTransaction::Begin(Connection& connection) {
  RETURN_IF_ERROR(connection.Execute("BEGIN TRANSACTION"));
  return std::unique_ptr<WriteTransaction>(new WriteTransaction(connection));
}

WriteTransaction::~WriteTransaction() {
  if (open_) (void)connection_.Execute("ROLLBACK");
}

Status WriteTransaction::Commit() {
  const Status status = connection_.Execute("COMMIT");
  open_ = !status.ok();
  return status;
}

}  // namespace renkei::duckdb
