#include "duckdb/appender.h"

#include <duckdb.h>

#include <algorithm>

#include "duckdb/codes.h"
#include "duckdb/column_writer.h"
#include "duckdb/database.h"
#include "duckdb/error.h"
#include "duckdb/types.h"

namespace renkei::duckdb {

namespace {

Error AppenderError(duckdb_appender appender) {
  duckdb_error_data data = duckdb_appender_error_data(appender);
  const char* reason = duckdb_error_data_message(data);
  Error error = ToError(duckdb_error_data_error_type(data), reason == nullptr ? "" : reason);
  duckdb_destroy_error_data(&data);
  return error;
}

// The types as an array that the C library takes.
struct TypeArray {
  std::vector<TypeHandle> owned;
  std::vector<duckdb_logical_type> types;
  explicit TypeArray(const std::vector<AppendColumn>& columns) {
    for (const AppendColumn& column : columns) {
      owned.push_back(MakeType(column.type));
      types.push_back(owned.back().get());
    }
  }
};

}  // namespace

Appender::Appender(AppenderHandle handle, std::vector<AppendColumn> columns)
    : handle_(std::move(handle)), columns_(std::move(columns)) {
  TypeArray array(columns_);
  chunk_.reset(duckdb_create_data_chunk(array.types.data(), array.types.size()));
}
Appender::Appender(Appender&&) noexcept = default;
Appender::~Appender() = default;

Result<Appender> Appender::ToTable(Connection& connection, const std::string& schema,
                                   const std::string& table, std::vector<AppendColumn> columns,
                                   Columns which) {
  duckdb_appender raw = nullptr;
  const duckdb_state state = duckdb_appender_create_ext(connection.handle(), std::string(kCatalog).c_str(),
                                                        schema.c_str(), table.c_str(), &raw);
  AppenderHandle handle(raw);
  if (state != DuckDBSuccess) return AppenderError(handle.get());
  for (const AppendColumn& column : columns) {
    if (which == Columns::kAll) break;
    if (duckdb_appender_add_column(handle.get(), column.name.c_str()) != DuckDBSuccess)
      return AppenderError(handle.get());
  }
  return Appender(std::move(handle), std::move(columns));
}

Result<Appender> Appender::ToStatement(Connection& connection, const std::string& sql,
                                       std::vector<AppendColumn> columns) {
  TypeArray array(columns);
  std::vector<const char*> names;
  for (const AppendColumn& column : columns) names.push_back(column.name.c_str());
  duckdb_appender raw = nullptr;
  const duckdb_state state = duckdb_appender_create_query(connection.handle(), sql.c_str(), columns.size(),
                                                          array.types.data(), nullptr, names.data(), &raw);
  AppenderHandle handle(raw);
  if (state != DuckDBSuccess) return AppenderError(handle.get());
  return Appender(std::move(handle), std::move(columns));
}

Status Appender::Append(const RowRun& run) {
  CHECK_EQ(run.columns.size(), columns_.size());
  const auto capacity = static_cast<uint32_t>(duckdb_vector_size());
  uint32_t done = 0;
  while (done < run.rows) {
    const uint32_t take = std::min(run.rows - done, capacity - filled_);
    for (size_t i = 0; i < columns_.size(); ++i) {
      duckdb_vector vector = duckdb_data_chunk_get_vector(chunk_.get(), i);
      if (run.columns[i] == nullptr) {
        WriteNulls(take, vector, filled_);
        continue;
      }
      CHECK(run.columns[i]->type() == columns_[i].type);
      const WriteOutcome outcome = WriteColumn(*run.columns[i], run.first + done, take, vector, filled_);
      if (outcome == WriteOutcome::kNotUtf8) return Error(kNotUtf8, {{"column", columns_[i].name}});
      if (outcome == WriteOutcome::kNoValue) return Error(kNoValue, {{"column", columns_[i].name}});
    }
    filled_ += take;
    done += take;
    if (filled_ == capacity) RETURN_IF_ERROR(FlushChunk());
  }
  return {};
}

Status Appender::FlushChunk() {
  if (filled_ == 0) return {};
  duckdb_data_chunk_set_size(chunk_.get(), filled_);
  const duckdb_state state = duckdb_append_data_chunk(handle_.get(), chunk_.get());
  duckdb_data_chunk_reset(chunk_.get());
  filled_ = 0;
  if (state != DuckDBSuccess) return AppenderError(handle_.get());
  return {};
}

Status Appender::Close() {
  RETURN_IF_ERROR(FlushChunk());
  if (duckdb_appender_close(handle_.get()) != DuckDBSuccess) return AppenderError(handle_.get());
  return {};
}

}  // namespace renkei::duckdb
