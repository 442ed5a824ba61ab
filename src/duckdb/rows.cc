#include "duckdb/rows.h"

#include <duckdb.h>

#include "duckdb/cell_text.h"
#include "duckdb/codes.h"
#include "duckdb/column_reader.h"
#include "duckdb/error.h"

namespace renkei::duckdb {

namespace {

CellClass ClassOf(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
      return CellClass::kBoolean;
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_DECIMAL:
      return CellClass::kNumber;
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_BLOB:
    case DUCKDB_TYPE_UUID:
    case DUCKDB_TYPE_DATE:
    case DUCKDB_TYPE_TIME:
    case DUCKDB_TYPE_INTERVAL:
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
    case DUCKDB_TYPE_SQLNULL:
      return CellClass::kText;
    default:
      return CellClass::kNested;
  }
}

}  // namespace

struct Rows::State {
  duckdb_result result{};
  std::vector<ColumnInfo> columns;
  ChunkHandle chunk;
  std::vector<VectorView> vectors;

  ~State() {
    chunk.reset();
    duckdb_destroy_result(&result);
  }
};

ColumnInfo DescribeColumn(std::string name, _duckdb_logical_type* type) {
  ColumnInfo info;
  info.name = std::move(name);
  const duckdb_type id = duckdb_get_type_id(type);
  info.type = id;
  info.cell_class = ClassOf(id);
  if (id == DUCKDB_TYPE_DECIMAL) {
    info.internal_type = duckdb_decimal_internal_type(type);
    info.scale = duckdb_decimal_scale(type);
  }
  if (id == DUCKDB_TYPE_LIST) {
    const TypeHandle element(duckdb_list_type_child_type(type));
    info.internal_type = duckdb_get_type_id(element.get());
  }
  return info;
}

Rows::Rows(std::unique_ptr<State> state) : state_(std::move(state)) {}
Rows::~Rows() = default;

Result<std::unique_ptr<Rows>> Rows::Start(_duckdb_prepared_statement* statement) {
  auto state = std::make_unique<State>();
  if (duckdb_execute_prepared_streaming(statement, &state->result) != DuckDBSuccess) {
    const char* reason = duckdb_result_error(&state->result);
    return ToError(duckdb_result_error_type(&state->result), reason == nullptr ? "" : reason);
  }
  const idx_t count = duckdb_column_count(&state->result);
  for (idx_t i = 0; i < count; ++i) {
    const TypeHandle type(duckdb_column_logical_type(&state->result, i));
    const char* name = duckdb_column_name(&state->result, i);
    state->columns.push_back(DescribeColumn(name == nullptr ? "" : name, type.get()));
  }
  return std::unique_ptr<Rows>(new Rows(std::move(state)));
}

const std::vector<ColumnInfo>& Rows::columns() const { return state_->columns; }

Result<size_t> Rows::Next() {
  // An empty chunk is not the end.
  for (;;) {
    state_->chunk.reset(duckdb_fetch_chunk(state_->result));
    state_->vectors.clear();
    if (state_->chunk == nullptr) {
      const char* reason = duckdb_result_error(&state_->result);
      if (reason == nullptr || *reason == 0) return size_t{0};
      return ToError(duckdb_result_error_type(&state_->result), reason);
    }
    const idx_t rows = duckdb_data_chunk_get_size(state_->chunk.get());
    if (rows == 0) continue;
    for (size_t i = 0; i < state_->columns.size(); ++i) {
      duckdb_vector vector = duckdb_data_chunk_get_vector(state_->chunk.get(), i);
      VectorView view{static_cast<const std::byte*>(duckdb_vector_get_data(vector)),
                      duckdb_vector_get_validity(vector), rows};
      if (state_->columns[i].type == DUCKDB_TYPE_LIST) {
        duckdb_vector elements = duckdb_list_vector_get_child(vector);
        view.elements = static_cast<const std::byte*>(duckdb_vector_get_data(elements));
      }
      state_->vectors.push_back(view);
    }
    return static_cast<size_t>(rows);
  }
}

bool Rows::is_null(size_t column, size_t row) const { return state_->vectors[column].is_null(row); }

void Rows::AppendText(size_t column, size_t row, std::string& to) const {
  if (is_null(column, row)) return;
  AppendCellText(state_->columns[column], state_->vectors[column], row, to);
}

std::optional<std::string> Rows::Text(size_t column, size_t row) const {
  if (is_null(column, row)) return std::nullopt;
  std::string text;
  AppendText(column, row, text);
  return text;
}

Status Rows::CopyColumn(size_t column, core::ColumnBuilder& to) const {
  return ReadColumn(state_->columns[column], state_->vectors[column], to);
}

}  // namespace renkei::duckdb
