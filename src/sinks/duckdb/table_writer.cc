#include "sinks/duckdb/table_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "duckdb/appender.h"
#include "duckdb/sql_text.h"
#include "duckdb/types.h"
#include "sinks/duckdb/codes.h"
#include "sinks/duckdb/whole_rows.h"

namespace renkei::sinks::duckdb {

namespace {

using renkei::duckdb::AppendColumn;
using renkei::duckdb::Appender;
using renkei::duckdb::Connection;
using renkei::duckdb::QuoteName;

std::string StorageName(const StoredTable& table) { return "_renkei." + QuoteName(table.storage); }

// The columns that a row of the schema fills, then the dropped ones, which get NULL; a column that is neither
// is still to come, and gets its default.
std::vector<AppendColumn> WrittenColumns(const StoredTable& table) {
  std::vector<AppendColumn> columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (!table.columns[i].empty()) columns.push_back({table.columns[i], table.schema.columns[i].type});
  }
  for (const StoredColumn& column : table.layout) {
    if (column.dropped) columns.push_back({column.stored, {}});
  }
  return columns;
}

bool IsWholeStorage(const StoredTable& table, const std::vector<AppendColumn>& columns) {
  return std::ranges::equal(table.layout, columns, {}, &StoredColumn::stored, &AppendColumn::name) &&
         std::ranges::none_of(table.layout, &StoredColumn::dropped);
}

Result<Appender> OpenAppender(Connection& connection, const StoredTable& table) {
  std::vector<AppendColumn> columns = WrittenColumns(table);
  const bool whole = IsWholeStorage(table, columns);
  return Appender::ToTable(connection, "_renkei", table.storage, std::move(columns),
                           whole ? Appender::Columns::kAll : Appender::Columns::kNamed);
}

std::vector<AppendColumn> KeyColumns(const StoredTable& table) {
  std::vector<AppendColumn> columns;
  for (uint16_t place : table.schema.key) {
    columns.push_back({fmt::format("k{}", columns.size()), table.schema.columns[place].type});
  }
  return columns;
}

std::string DeleteStatement(const StoredTable& table) {
  std::string condition;
  for (size_t i = 0; i < table.schema.key.size(); ++i) {
    const uint16_t place = table.schema.key[i];
    fmt::format_to(std::back_inserter(condition), "{}t.{} {} d.k{}", i == 0 ? "" : " AND ",
                   QuoteName(table.columns[place]),
                   table.schema.columns[place].nullable ? "IS NOT DISTINCT FROM" : "=", i);
  }
  return fmt::format("DELETE FROM {} AS t USING appended_data AS d WHERE {}", StorageName(table), condition);
}

// The columns of one image that an appender takes: all of the row, or the key's.
struct ImageColumns {
  std::vector<const core::Column*> columns;

  // As WrittenColumns has them.
  static ImageColumns Whole(const core::Batch& batch, const StoredTable& table) {
    ImageColumns image;
    for (size_t i = 0; i < batch.after.size(); ++i) {
      if (!table.columns[i].empty()) image.columns.push_back(&batch.after[i]);
    }
    for (const StoredColumn& column : table.layout) {
      if (column.dropped) image.columns.push_back(nullptr);
    }
    return image;
  }
  static ImageColumns Key(const core::Batch& batch, const core::TableSchema& schema, Image which) {
    ImageColumns image;
    for (uint16_t place : schema.key) {
      if (which == Image::kAfter) {
        image.columns.push_back(&batch.after[place]);
        continue;
      }
      const auto at = std::find(batch.before_columns.begin(), batch.before_columns.end(), place);
      image.columns.push_back(&batch.before[static_cast<size_t>(at - batch.before_columns.begin())]);
    }
    return image;
  }
};

// Appends the rows, neighbours in one go.
template <class ColumnsOf>
Status AppendPlaces(Appender& appender, const std::vector<RowPlace>& places, const ColumnsOf& columns_of) {
  for (size_t start = 0; start < places.size();) {
    const RowPlace& first = places[start];
    size_t end = start + 1;
    while (end < places.size() && places[end].batch == first.batch && places[end].image == first.image &&
           places[end].row == first.row + (end - start)) {
      ++end;
    }
    const ImageColumns& image = columns_of(first);
    RETURN_IF_ERROR(appender.Append({image.columns, first.row, static_cast<uint32_t>(end - start)}));
    start = end;
  }
  return {};
}

// The images of a fold's batches, each made once.
class ImageCache {
 public:
  enum class Of : uint8_t { kRow, kKey };
  ImageCache(const TableFold& fold, const StoredTable& table, Of what)
      : fold_(fold), table_(table), what_(what) {}

  const ImageColumns& operator()(const RowPlace& place) {
    const size_t number = size_t{place.batch} * 2 + (place.image == Image::kBefore ? 1 : 0);
    if (number >= images_.size()) images_.resize(number + 1);
    ImageColumns& image = images_[number];
    if (image.columns.empty()) {
      const core::Batch& batch = fold_.batch(place.batch);
      image = what_ == Of::kRow ? ImageColumns::Whole(batch, table_)
                                : ImageColumns::Key(batch, table_.schema, place.image);
    }
    return image;
  }

 private:
  const TableFold& fold_;
  const StoredTable& table_;
  const Of what_;
  std::vector<ImageColumns> images_;
};

// Few keys of one integer column go as a list in the statement: half the work of binding appended rows, and
// DuckDB skips the row groups whose range holds none of them.
constexpr size_t kListedKeysMax = 32;

std::optional<int64_t> IntegerCell(const core::Column& column, uint32_t row) {
  switch (column.type().kind) {
    case core::Kind::kInt16:
      return column.cells<int16_t>()[row];
    case core::Kind::kUInt16:
      return column.cells<uint16_t>()[row];
    case core::Kind::kInt32:
      return column.cells<int32_t>()[row];
    case core::Kind::kUInt32:
      return column.cells<uint32_t>()[row];
    case core::Kind::kInt64:
      return column.cells<int64_t>()[row];
    default:
      return std::nullopt;
  }
}

// The statement that deletes the keys by their values; nothing where they are of another kind or too many.
std::optional<std::string> ListStatement(const StoredTable& table, const TableFold& fold,
                                         const std::vector<RowPlace>& places) {
  const core::TableSchema& schema = table.schema;
  if (places.size() > kListedKeysMax || schema.key.size() != 1 || schema.columns[schema.key[0]].nullable) {
    return std::nullopt;
  }
  std::string list;
  for (const RowPlace& place : places) {
    const ImageColumns key = ImageColumns::Key(fold.batch(place.batch), schema, place.image);
    const std::optional<int64_t> value = IntegerCell(*key.columns[0], place.row);
    if (!value) return std::nullopt;
    fmt::format_to(std::back_inserter(list), "{}{}", list.empty() ? "" : ", ", *value);
  }
  return fmt::format("DELETE FROM {} WHERE {} IN ({})", StorageName(table),
                     QuoteName(table.columns[schema.key[0]]), list);
}

Status DeletePlaces(Connection& connection, const StoredTable& table, const TableFold& fold,
                    const std::vector<RowPlace>& places) {
  if (const auto statement = ListStatement(table, fold, places)) return connection.Execute(*statement);
  ASSIGN_OR_RETURN(Appender appender,
                   Appender::ToStatement(connection, DeleteStatement(table), KeyColumns(table)));
  ImageCache images(fold, table, ImageCache::Of::kKey);
  RETURN_IF_ERROR(AppendPlaces(appender, places, std::ref(images)));
  return appender.Close();
}

Status InsertPlaces(Connection& connection, const StoredTable& table, const TableFold& fold,
                    const std::vector<RowPlace>& places) {
  ASSIGN_OR_RETURN(Appender appender, OpenAppender(connection, table));
  ImageCache images(fold, table, ImageCache::Of::kRow);
  RETURN_IF_ERROR(AppendPlaces(appender, places, std::ref(images)));
  return appender.Close();
}

}  // namespace

Status CreateStorage(Connection& connection, const StoredTable& table) {
  std::string columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].empty()) continue;
    fmt::format_to(std::back_inserter(columns), "{}{} {}", columns.empty() ? "" : ", ",
                   QuoteName(table.columns[i]), renkei::duckdb::SqlType(table.schema.columns[i].type));
  }
  if (KeepsChanges(table)) RETURN_IF_ERROR(CreateKeptChanges(connection, table));
  return connection.Execute(fmt::format("CREATE TABLE {} ({})", StorageName(table), columns));
}

Status DropStorage(Connection& connection, const StoredTable& table) {
  if (KeepsChanges(table)) RETURN_IF_ERROR(DropKeptChanges(connection, table));
  return connection.Execute("DROP TABLE " + StorageName(table));
}

Status EmptyStorage(Connection& connection, const StoredTable& table) {
  if (KeepsChanges(table)) RETURN_IF_ERROR(EmptyKeptChanges(connection, table));
  return connection.Execute("DELETE FROM " + StorageName(table));
}

Status ShowStorage(Connection& connection, const StoredTable& table) {
  std::string columns;
  const auto show = [&](const StoredColumn& column) {
    if (!columns.empty()) columns += ", ";
    columns += QuoteName(column.stored);
    if (column.shown != column.stored) columns += " AS " + QuoteName(column.shown);
  };
  for (const core::ColumnSchema& column : table.schema.columns) {
    if (const StoredColumn* stored = table.FindStored(column.id)) show(*stored);
  }
  for (const StoredColumn& column : table.layout) {
    if (column.dropped) show(column);
  }
  return connection.Execute(fmt::format(
      "CREATE SCHEMA IF NOT EXISTS warehouse.{0}; CREATE OR REPLACE VIEW warehouse.{0}.{1} AS SELECT {2} "
      "FROM {3}",
      QuoteName(table.view_schema), QuoteName(table.view_name), columns, StorageName(table)));
}

Status WriteFold(Connection& connection, const StoredTable& table, const TableFold& fold) {
  if (fold.truncated()) RETURN_IF_ERROR(EmptyStorage(connection, table));
  if (IsWholeRow(table)) {
    RETURN_IF_ERROR(WriteCounts(connection, table, fold));
    if (KeepsChanges(table)) return {};
  } else if (const auto removals = fold.Removals(); !removals.empty()) {
    RETURN_IF_ERROR(DeletePlaces(connection, table, fold, removals));
  }
  if (const auto rows = fold.Rows(); !rows.empty()) {
    RETURN_IF_ERROR(InsertPlaces(connection, table, fold, rows));
  }
  return {};
}

Status WriteChunk(Connection& connection, const StoredTable& table, const core::Batch& rows, bool replace) {
  if (rows.rows == 0) return {};
  if (replace) {
    ASSIGN_OR_RETURN(Appender removals,
                     Appender::ToStatement(connection, DeleteStatement(table), KeyColumns(table)));
    const ImageColumns keys = ImageColumns::Key(rows, table.schema, Image::kAfter);
    RETURN_IF_ERROR(removals.Append({keys.columns, 0, rows.rows}));
    RETURN_IF_ERROR(removals.Close());
  }
  ASSIGN_OR_RETURN(Appender appender, OpenAppender(connection, table));
  const ImageColumns whole = ImageColumns::Whole(rows, table);
  RETURN_IF_ERROR(appender.Append({whole.columns, 0, rows.rows}));
  return appender.Close();
}

Error InTable(const Error& error, const StoredTable& table) {
  return Error(error).With("table", table.schema.qualified_name());
}

}  // namespace renkei::sinks::duckdb
